"""Files made for one answer: written to disk, sent, and gone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from dashboard.api.arriving import uploads_folder

__all__ = ["handed_out"]


def handed_out(write: Callable[[Path], None], filename: str, media_type: str) -> FileResponse:
    """What `write` puts into the file that it is given, as a download of that name."""
    with tempfile.NamedTemporaryFile(
        prefix="api-", suffix=Path(filename).suffix, dir=uploads_folder(), delete=False
    ) as made:
        target = Path(made.name)
    try:
        write(target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return FileResponse(
        target,
        media_type=media_type,
        filename=filename,
        background=BackgroundTask(target.unlink, missing_ok=True),
    )
