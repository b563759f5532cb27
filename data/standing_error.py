"""The one error of deeds done to submissions and periods: says what is not possible, and why."""

from __future__ import annotations

__all__ = ["StandingError", "reason_given"]


class StandingError(Exception):
    """Why a deed is not possible, in both languages; `code` for programs."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} / {en}")
        self.code, self.vi, self.en = code, vi, en


def reason_given(text: str) -> str:
    """The reason without stray spaces. Raises StandingError where there is none."""
    reason = " ".join(text.split())
    if not reason:
        raise StandingError("no_reason", "Cần ghi lý do", "a reason is needed")
    return reason
