"""The audit as a table to take along, for administrators; that it was taken is an entry too."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from fastapi import APIRouter, Request
from starlette.responses import StreamingResponse

from dashboard.ledger_access import the_ledger
from dashboard.pages.audit import day_of
from dashboard.sign_in.identity import address_of, person_of
from dashboard.sign_in.permission import requires
from data.audit import all_entries, record

__all__ = ["router"]

router = APIRouter()
_HEAD = ("audit_id", "at", "actor", "role", "address", "action", "object", "detail", "hash")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@router.get("/admin/audit.csv", dependencies=[requires("administer")], include_in_schema=False)
def export(request: Request, actor: str = "", action: str = "", object: str = "", day: str = "") -> StreamingResponse:
    """The entries that fit, oldest first, as csv with a byte order mark for spreadsheets."""
    with the_ledger().writing() as con:
        asked = {k: v for k, v in (("actor", actor), ("action", action), ("object", object), ("day", day)) if v}
        record(con, person_of(request), "audit.export", "audit", asked, address=address_of(request))

    def lines() -> Iterator[str]:
        yield "\ufeff" + _line(_HEAD)
        for e in all_entries(the_ledger(), action=action, actor=actor, object_=object, day=day_of(day)):
            detail = json.dumps(dict(e.detail), ensure_ascii=False)
            yield _line((e.audit_id, e.at.isoformat(), e.actor, e.role, e.address, e.action, e.object, detail, e.hash))

    headers = {"content-disposition": 'attachment; filename="nhat-ky.csv"', "cache-control": "no-store"}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)


def _line(values: tuple[object, ...]) -> str:
    out = io.StringIO()
    # What a spreadsheet would take for a formula stays text: logins of failed sign-ins are anybody's words.
    csv.writer(out).writerow([f"'{v}" if isinstance(v, str) and v.startswith(_FORMULA) else v for v in values])
    return out.getvalue()
