"""Reminders by e-mail: plain text with simple HTML beside it, through the province's own mail server."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from types import TracebackType

from data.notices import Notice
from data.settings import settings
from pipelines.reminders.letters import as_html

__all__ = ["Mail", "message_of"]

_SECONDS = 20.0
"""Patience with the mail server."""


def message_of(notice: Notice) -> EmailMessage:
    """The message of a notice. Its Message-ID is made from the key: one sent again after a crash is the same message.

    Raises ValueError for an address that is none.
    """
    sender = parseaddr(settings().mail_from)[1]
    if "@" not in parseaddr(notice.recipient)[1]:
        raise ValueError(f"“{notice.recipient}” không phải địa chỉ thư / is no mail address")
    name = hashlib.sha256(notice.key.encode()).hexdigest()[:40]
    message = EmailMessage()
    message["Subject"] = notice.subject
    message["From"] = settings().mail_from
    message["To"] = notice.recipient
    message["Date"] = format_datetime(notice.planned_at)
    message["Message-ID"] = f"<{name}@{sender.rpartition('@')[2]}>"
    # RFC 3834: no answering machine answers this.
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "vi"
    message.set_content(notice.body)
    message.add_alternative(as_html(notice.body), subtype="html")
    message.set_boundary(f"=_{name}")
    return message


class Mail:
    """A line to the mail server, opened with the first message and kept for those that follow."""

    def __init__(self) -> None:
        self._line: smtplib.SMTP | None = None

    def send(self, notice: Notice) -> None:
        """Send one message. Raises OSError (smtplib's errors are such) or ValueError where it does not go out."""
        message = message_of(notice)
        if self._line is None:
            self._line = _opened()
        try:
            self._line.send_message(message)
        except smtplib.SMTPRecipientsRefused:
            # The server refused this address, not the line.
            self._line.rset()
            raise
        except (OSError, smtplib.SMTPException):
            self.close()
            raise

    def close(self) -> None:
        """End the line."""
        line, self._line = self._line, None
        if line is not None:
            try:
                line.quit()
            except (OSError, smtplib.SMTPException):
                line.close()

    def __enter__(self) -> Mail:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _opened() -> smtplib.SMTP:
    chosen = settings()
    if chosen.smtp_security == "tls":
        line: smtplib.SMTP = smtplib.SMTP_SSL(
            chosen.smtp_host, chosen.smtp_port, timeout=_SECONDS, context=ssl.create_default_context()
        )
    else:
        line = smtplib.SMTP(chosen.smtp_host, chosen.smtp_port, timeout=_SECONDS)
    try:
        if chosen.smtp_security == "starttls":
            line.starttls(context=ssl.create_default_context())
        if chosen.smtp_user:
            line.login(chosen.smtp_user, chosen.smtp_password.get_secret_value())
    except BaseException:
        line.close()
        raise
    return line
