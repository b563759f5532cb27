"""Documents sent for reading, and decisions of what was found in them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator
from starlette.responses import JSONResponse, RedirectResponse, Response

from assets.directives.readings import progress_of
from assets.directives.review import FIELDS, reviewed
from assets.directives.to_json import to_json
from dashboard.desk.said import Said, back, words_of
from dashboard.directives.reading import document, reading_of
from dashboard.ledger_access import the_ledger
from dashboard.sign_in.identity import address_of, person_of
from dashboard.sign_in.permission import requires
from data.directives import Decision, Kept, decide, decisions, keep_directive
from data.person import Person

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

_LARGEST = 60 * 1024 * 1024
_PIECE = 1 << 20
_PATIENCE = 3.0
"""Seconds that sending waits for the reading; a longer one shows its progress on the page."""


def _refused(key: str) -> Response:
    said = words_of(key)
    return back("/directives", Said(said.vi, said.en, good=False))


@router.post("/directives/send", dependencies=[requires("operate")])
async def send(request: Request, file: UploadFile) -> Response:
    """Keep a document and read it."""
    person, name = person_of(request), Path((file.filename or "").replace("\\", "/")).name[:200]
    if not name:
        return _refused("directives.said.no_file")
    try:
        with NamedTemporaryFile(prefix="directive-") as held:
            size = 0
            while piece := await file.read(_PIECE):
                size += len(piece)
                if size > _LARGEST:
                    return _refused("directives.said.too_large")
                await run_in_threadpool(held.write, piece)
            held.flush()
            if size == 0:
                return _refused("directives.said.empty")
            kept = await run_in_threadpool(_keep, person, Path(held.name), name, address_of(request))
    except OSError:
        return _refused("directives.said.not_kept")
    return RedirectResponse(f"/directives/{kept.directive_id}", status_code=303)


def _keep(person: Person, path: Path, name: str, where: str) -> Kept:
    kept = keep_directive(the_ledger(), person, path, name, address=where)
    reading_of(kept, wait=_PATIENCE)
    return kept


_Span = Annotated[str, StringConstraints(pattern=r"^\d{1,9}-\d{1,9}$")]


class Made(BaseModel):
    """One decision, as the page's script sends it."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["task", "citation", "indicator"]
    item: _Span
    action: Literal["accept", "reject", "edit", "merge", "split", "add", "reopen"]
    values: dict[str, Annotated[str, StringConstraints(max_length=8000)]] = Field(default_factory=dict)
    with_: _Span | None = Field(None, alias="with")
    at: int | None = Field(None, ge=1)

    @field_validator("values")
    @classmethod
    def _dates(cls, values: dict[str, str]) -> dict[str, str]:
        for name in ("date", "deadline"):
            if values.get(name):
                date.fromisoformat(values[name])
        return values

    def decision(self) -> Decision:
        """The decision to keep; fields that the kind does not have are left out."""
        detail: dict[str, Any] = {}
        if self.action in {"edit", "add"}:
            detail["values"] = {n: v.strip() for n, v in self.values.items() if n in FIELDS[self.kind]}
        if self.action == "merge":
            detail["with"] = self.with_ or ""
        if self.action == "split":
            detail["at"] = self.at or 0
        return Decision(self.kind, self.item, self.action, detail)


def _document(directive_id: str) -> Kept:
    found = document(directive_id) if re.fullmatch(r"\d{1,9}", directive_id) else None
    if found is None:
        raise HTTPException(404, "không có văn bản này / no such document")
    return found


@router.post("/directives/{directive_id}/decisions", dependencies=[requires("operate")])
def decided(request: Request, directive_id: str, made: list[Made]) -> Response:
    """Keep decisions, all or none; every open page of the document hears of them."""
    kept = _document(directive_id)
    reading = reading_of(kept)
    if reading is None or reading.found is None:
        raise HTTPException(409, "văn bản chưa đọc xong / the document has not been read yet")
    length = len(reading.found.text)
    for one in made:
        start, _, end = one.item.partition("-")
        if not 0 <= int(start) < int(end) <= length:
            raise HTTPException(422, "chỗ này không nằm trong văn bản / that place is not in the document")
    decide(
        the_ledger(), person_of(request), kept.directive_id, [m.decision() for m in made], address=address_of(request)
    )
    return Response(status_code=204)


@router.get("/directives/{directive_id}/items.json", dependencies=[requires("read.all")])
def items(directive_id: str) -> Response:
    """Everything found in the document, with what was decided of it; 202 while it is being read."""
    kept = _document(directive_id)
    reading = reading_of(kept, wait=_PATIENCE)
    if reading is None:
        done, of = progress_of(kept.sha256)
        return JSONResponse({"reading": {"pages": done, "of": of}}, 202)
    if reading.found is None:
        raise HTTPException(409, f"{reading.vi} / {reading.en}")
    found = reviewed(reading.found, decisions(the_ledger(), kept.directive_id))
    made = [
        {
            "kind": item.kind, "start": item.start, "end": item.end, "state": item.state, "origin": item.origin,
            "actor": item.actor, "at": item.at.isoformat() if item.at else None, "confidence": item.confidence,
            "values": dict(item.values),
        }
        for item in found
    ]  # fmt: skip
    name = f"directive-{kept.directive_id}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return JSONResponse({**to_json(reading.found), "reviewed": made}, headers=headers)
