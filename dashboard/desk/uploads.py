"""Files that wait at the desk until they are sent: uploaded in pieces, recognised, kept for a day, seen by their owner.

A folder a file under <home>/uploads/<account>: the bytes, and `about.json`, which is written first ("arriving") and
last ("ready"). What a broken connection or a killed server left behind is cleaned up and told at the next visit.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from fastapi.concurrency import run_in_threadpool

from data.clock import now
from data.person import Person
from data.settings import settings

__all__ = [
    "Header",
    "Pick",
    "TooLargeError",
    "Upload",
    "discard",
    "keep",
    "path_of",
    "save",
    "take_in",
    "unseen",
    "upload",
    "uploads",
]

_KEPT = timedelta(hours=24)
_MOST = 200
_PIECE = 1 << 20
_NAME = re.compile(r"[0-9a-f]{16}")


class TooLargeError(Exception):
    """More bytes than the setting allows."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One thing chosen for a file: its value, how it was recognised ("" where it was not), what else could be meant."""

    value: str = ""
    how: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """A header that no column fits, with columns that might, and the one chosen (None: nothing chosen yet)."""

    text: str
    suggestions: tuple[str, ...] = ()
    chosen: str | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """One file at the desk.

    state: arriving; ready; broken (its bytes never came whole and are gone).
    expected: bytes that were announced. trouble: why it could not be read or sent, in both languages.
    """

    key: str
    name: str
    at: datetime
    state: Literal["arriving", "ready", "broken"] = "arriving"
    size: int = 0
    expected: int = 0
    dataset: Pick = field(default_factory=Pick)
    unit: Pick = field(default_factory=Pick)
    period: Pick = field(default_factory=Pick)
    headers: tuple[Header, ...] = ()
    trouble_vi: str = ""
    trouble_en: str = ""


_arriving: set[str] = set()
"""Keys of uploads under way in this process: any other that claims to be arriving was broken off."""
_unseen: set[str] = set()


@contextmanager
def unseen(one: Upload) -> Iterator[None]:
    """Until a file is recognised nobody sees it, nor sends it along with the others."""
    _unseen.add(one.key)
    try:
        yield
    finally:
        _unseen.discard(one.key)


def _folder(person: Person) -> Path:
    return settings().home / "uploads" / str(person.account_id)


def _bytes(person: Person, key: str) -> Path:
    return _folder(person) / key / "bytes"


def path_of(person: Person, one: Upload) -> Path:
    """Where a file's bytes lie."""
    return _bytes(person, one.key)


def save(person: Person, one: Upload) -> None:
    """Write down what is known of a file, whole or not at all. Raises OSError where the disk is full."""
    about = _folder(person) / one.key / "about.json"
    arriving = about.with_suffix(".new")
    said = asdict(one) | {"at": one.at.isoformat()}
    try:
        arriving.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
        arriving.replace(about)
    except OSError:
        arriving.unlink(missing_ok=True)
        raise


def _read(about: Path) -> Upload | None:
    try:
        said: dict[str, Any] = json.loads(about.read_text(encoding="utf-8"))
        return Upload(
            **{
                **said,
                "at": datetime.fromisoformat(said["at"]),
                **{name: _pick(said[name]) for name in ("dataset", "unit", "period")},
                "headers": tuple(Header(h["text"], tuple(h["suggestions"]), h["chosen"]) for h in said["headers"]),
            }
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _pick(said: Mapping[str, Any]) -> Pick:
    return Pick(said["value"], said["how"], tuple(said["others"]))


def upload(person: Person, key: str) -> Upload | None:
    """The person's file of that key; None for any other."""
    return _read(_folder(person) / key / "about.json") if _NAME.fullmatch(key) else None


def uploads(person: Person) -> tuple[Upload, ...]:
    """The person's files, oldest first; what is older than a day goes, what was broken off is cleaned up."""
    found = []
    for folder in _folder(person).glob("*"):
        if not _NAME.fullmatch(folder.name) or folder.name in _arriving | _unseen:
            continue
        one = _read(folder / "about.json")
        if one is None or now() - one.at > _KEPT:
            shutil.rmtree(folder, ignore_errors=True)
            continue
        if one.state == "arriving":
            one = _broken_off(person, one)
        found.append(one)
    return tuple(sorted(found, key=lambda u: (u.at, u.key)))


def _broken_off(person: Person, one: Upload) -> Upload:
    """Nothing half stays; that it came to nothing is kept, to be told."""
    part = _bytes(person, one.key)
    arrived = part.stat().st_size if part.exists() else one.size
    part.unlink(missing_ok=True)
    broken = replace(one, state="broken", size=arrived)
    save(person, broken)
    return broken


def discard(person: Person, key: str) -> None:
    """Let go of a file."""
    if _NAME.fullmatch(key):
        shutil.rmtree(_folder(person) / key, ignore_errors=True)


def keep(person: Person, name: str, expected: int) -> Upload:
    """Make room for a file that is about to come. Raises TooLargeError, and OSError where the disk is full."""
    if expected > _allowed():
        raise TooLargeError
    key = secrets.token_hex(8)
    folder = _folder(person)
    folder.mkdir(parents=True, exist_ok=True)
    for old in uploads(person)[: -_MOST + 1]:
        discard(person, old.key)
    one = Upload(key, _plain(name), now(), expected=expected)
    _arriving.add(key)
    try:
        (folder / key).mkdir()
        save(person, one)
    except BaseException:
        _arriving.discard(key)
        raise
    return one


def _plain(name: str) -> str:
    """A file's bare name: no folders, nothing that does not print."""
    bare = re.split(r"[\\/]", name)[-1]
    return "".join(sign for sign in bare if sign.isprintable()).strip()[:200] or "tep"


def _allowed() -> int:
    return settings().max_file_mb * 1024 * 1024


async def take_in(person: Person, one: Upload, pieces: AsyncIterator[bytes]) -> Upload:
    """Write the bytes down as they come. Raises TooLargeError, OSError, a disconnect; nothing half stays then."""
    size, held = 0, bytearray()
    try:
        with _bytes(person, one.key).open("wb") as out:
            async for piece in pieces:
                size += len(piece)
                if size > _allowed():
                    raise TooLargeError
                held += piece
                if len(held) >= _PIECE:
                    await run_in_threadpool(out.write, bytes(held))
                    held.clear()
            await run_in_threadpool(out.write, bytes(held))
        arrived = replace(one, size=size, state="ready")
        save(person, arrived)
        return arrived
    except TooLargeError:
        discard(person, one.key)
        raise
    except BaseException:
        _left(person, replace(one, size=size))
        raise
    finally:
        _arriving.discard(one.key)


def _left(person: Person, one: Upload) -> None:
    """Clean up after a broken upload; on a full disk even the note of it may not fit, and then nothing stays."""
    try:
        _bytes(person, one.key).unlink(missing_ok=True)
        save(person, replace(one, state="broken"))
    except OSError:
        discard(person, one.key)
