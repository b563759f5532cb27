"""Reminders to chats and webhooks, through Apprise: Teams, Slack, Telegram, a plain JSON webhook and many more."""

from __future__ import annotations

from data.notices import Notice
from pipelines.reminders.plan import chat_addresses

__all__ = ["post"]


def post(notice: Notice) -> None:
    """Send one message. Raises OSError where it does not arrive, ValueError where its address is gone or unreadable."""
    url = chat_addresses().get(notice.recipient)
    if url is None:
        raise ValueError("địa chỉ không còn trong HUB_WEBHOOKS / the address is no longer in HUB_WEBHOOKS")
    import apprise

    service = apprise.Apprise(asset=apprise.AppriseAsset(app_id="hub", app_desc="hub", async_mode=False))
    if not service.add(url):
        raise ValueError("Apprise không đọc được địa chỉ trong HUB_WEBHOOKS / Apprise cannot read the address")
    if not service.notify(title=notice.subject, body=notice.body, body_format=apprise.NotifyFormat.TEXT):
        # Apprise says no more than that; what it logs may hold the address's secrets.
        raise ConnectionError("dịch vụ nhận tin không nhận / the service did not take the message")
