"""Lets LibreOffice, headless, write workbooks as flat spreadsheets."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

__all__ = ["export", "installed"]

_BATCH = 20
_SECONDS_A_BATCH, _SECONDS_A_FILE = 200, 60


def installed() -> bool:
    """Whether there is a LibreOffice to ask."""
    return shutil.which("soffice") is not None


def export(files: Sequence[Path], cache: Path) -> dict[Path, Path | None]:
    """File → its flat export under `cache`; None where LibreOffice does not open it.

    Exports are kept by the bytes' hash, so that a second run asks for nothing that it knows. Files go in batches, since
    a start costs as much as several files; those that a batch left out are asked for once more, each alone.
    """
    inbox, outbox = cache / "in", cache / "out"
    inbox.mkdir(parents=True, exist_ok=True)
    outbox.mkdir(parents=True, exist_ok=True)
    copies: dict[Path, Path] = {}
    for file in files:
        stem = hashlib.sha256(file.read_bytes()).hexdigest()[:24]
        copies[file] = inbox / f"{stem}{file.suffix.lower()}"
        if not copies[file].exists():
            shutil.copyfile(file, copies[file])
    waiting = [copy for copy in copies.values() if not _exported(copy, outbox).exists()]
    for start in range(0, len(waiting), _BATCH):
        _convert(waiting[start : start + _BATCH], outbox, cache, _SECONDS_A_BATCH)
    for copy in waiting:
        if not _exported(copy, outbox).exists():
            _convert([copy], outbox, cache, _SECONDS_A_FILE)
    return {
        file: _exported(copy, outbox) if _exported(copy, outbox).exists() else None for file, copy in copies.items()
    }


def _exported(copy: Path, outbox: Path) -> Path:
    return outbox / f"{copy.stem}.fods"


def _convert(batch: Sequence[Path], outbox: Path, cache: Path, seconds: int) -> None:
    """One start of the program; it has a profile of its own, so that a running desktop is left alone."""
    profile = f"-env:UserInstallation={(cache / 'profile').absolute().as_uri()}"
    command = ["nice", "-n", "10", "soffice", profile, "--headless", "--norestore", "--convert-to", "fods"]
    try:
        subprocess.run(
            [*command, "--outdir", str(outbox), *map(str, batch)], timeout=seconds, capture_output=True, check=False
        )
    except subprocess.TimeoutExpired:
        return
