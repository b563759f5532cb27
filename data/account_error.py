"""The one error of accounts, sessions and tokens: a refusal that says why in both languages."""

from __future__ import annotations

__all__ = ["AccountError"]


class AccountError(Exception):
    """Why a sign-in or a change of an account is refused; `code` names the reason for programs."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(f"{vi} / {en}")
        self.code, self.vi, self.en = code, vi, en
