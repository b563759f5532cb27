"""What was read of a document, kept beside the ledger for as long as the reader is the same."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from assets.directives.model import Directive
from assets.directives.read import read_directive
from assets.directives.source_text import DirectiveError
from data.landing import path_of
from data.settings import settings

__all__ = ["Reading", "keep_failure", "kept_reading", "progress_of", "read_and_keep"]

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Reading:
    """What was found, or why nothing could be read, in both languages."""

    found: Directive | None
    vi: str = ""
    en: str = ""


@cache
def _reader() -> str:
    """Changes with the reader's code and words: an older reading is then made anew."""
    seen = hashlib.blake2b(settings().province.encode(), digest_size=6)
    for part in sorted([*_HERE.glob("*.py"), *_HERE.glob("*.yaml")]):
        seen.update(part.read_bytes())
    return seen.hexdigest()


@cache
def _form() -> TypeAdapter[Reading]:
    return TypeAdapter(Reading)


def _file(sha256: str, suffix: str) -> Path:
    return settings().home / "directives" / f"{sha256}.{_reader()}.{suffix}"


def kept_reading(sha256: str) -> Reading | None:
    """The reading of a document by the present reader; None where it was not read yet."""
    try:
        return _form().validate_json(_file(sha256, "json").read_bytes())
    except (OSError, ValidationError):
        return None


def progress_of(sha256: str) -> tuple[int, int]:
    """Pages read so far and pages in all, (0, 0) where that is not known."""
    try:
        done, _, of = _file(sha256, "progress").read_text(encoding="ascii").partition("/")
        return int(done), int(of)
    except (OSError, ValueError):
        return 0, 0


def read_and_keep(sha256: str, filename: str) -> None:
    """Read a document out of landing and keep what was found, or why it could not be read."""
    noted = _file(sha256, "progress")
    noted.parent.mkdir(parents=True, exist_ok=True)

    def progress(done: int, of: int) -> None:
        if done % 10 == 0 or done == of:
            noted.write_text(f"{done}/{of}", encoding="ascii")

    try:
        reading = Reading(read_directive(path_of(sha256), name=filename, progress=progress))
    except DirectiveError as error:
        reading = Reading(None, error.vi, error.en)
    _keep(sha256, reading)


def keep_failure(sha256: str, vi: str, en: str) -> None:
    """Keep that a document could not be read, so that it is not tried for ever."""
    _keep(sha256, Reading(None, vi, en))


def _keep(sha256: str, reading: Reading) -> None:
    target = _file(sha256, "json")
    target.parent.mkdir(parents=True, exist_ok=True)
    arriving = target.with_suffix(".new")
    arriving.write_bytes(_form().dump_json(reading))
    arriving.replace(target)
    for old in target.parent.glob(f"{sha256}.*"):
        if old != target and ".new" not in old.name:
            old.unlink(missing_ok=True)
