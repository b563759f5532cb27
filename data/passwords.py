"""Passwords: how strong one must be, its argon2 hash, and one-time passwords that the hub makes up itself.

Sources: OWASP ASVS 4.0, chapter 2; NIST SP 800-63B (length counts, no forced periodic change).
"""

from __future__ import annotations

import secrets
from functools import cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from data.account_error import AccountError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

__all__ = ["fits", "hashed", "nobody", "one_time_password", "strong_enough"]

SHORTEST, LONGEST = 10, 200
_PARTS, _LETTERS = 4, "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters that nobody mistakes for one another when a password is read out."""
_AT_ONCE = BoundedSemaphore(2)
"""A hash takes 64 MB while it is made: many sign-ins at once wait for one another instead of for memory."""


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def nobody() -> str:
    """A hash to check against where there is no such account, so that the answer takes as long."""
    return hashed(secrets.token_hex())


def hashed(password: str) -> str:
    """The password's argon2id hash with its own salt; takes some tens of milliseconds."""
    with _AT_ONCE:
        return _hasher().hash(password)


def fits(hash_: str, password: str) -> bool:
    """Whether the hash is that password's; False for a hash that is none."""
    from argon2.exceptions import InvalidHashError, VerificationError

    if len(password) > LONGEST:
        return False
    try:
        with _AT_ONCE:
            return _hasher().verify(hash_, password)
    except (VerificationError, InvalidHashError):
        return False


def strong_enough(password: str, login: str) -> None:
    """Raises AccountError for a password that is too short or long, holds the login, or is of one or two signs."""
    held = login.lower() in password.lower() if login else False
    if not SHORTEST <= len(password) <= LONGEST or len(set(password)) < 5 or held:
        raise AccountError(
            "weak_password",
            f"Mật khẩu cần ít nhất {SHORTEST} ký tự, không chứa tên đăng nhập và không lặp một vài ký tự",
            f"a password needs {SHORTEST} characters, not the login, not the same few signs",
        )


def one_time_password() -> str:
    """A random password of four groups of four (78 bits), easy to read out: "k7tm-9qpx-3wza-hv5r"."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(_PARTS))
