"""Verdicts made at the desk, kept beside the ledger until the lake has them: a head, the findings, and the sheet."""

from __future__ import annotations

import gzip
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checks.finding import Counts, Finding, RuleResult, Suggestion, Verdict
from data.settings import settings
from data.submission import Submission

if TYPE_CHECKING:
    from checks.staged import Staged
    from data.contract import Contract
    from data.table import Table

__all__ = ["Kept", "finding_of", "forget", "in_order", "keep", "kept", "kept_ids", "kept_table", "sheet_kept"]

_MOST_SHEET_ROWS = 300_000
"""Larger sheets are not copied: a page reads them about the row that it shows."""
_AGE = 3_600.0
"""Seconds that a verdict is kept at least, so that whoever looks at it now sees the sheet at once."""


_ROW, _ROLE = "_row", "_role"


@dataclass(frozen=True)
class Kept:
    """A verdict without its findings, which lie in the file `findings` in the columns of the lake's table.

    mapping: contract column → sheet column number, from 1.
    """

    verdict: Verdict
    mapping: Mapping[str, int]
    judged_at: datetime
    findings: Path


def _folder() -> Path:
    return settings().home / "verdicts"


def _head(submission_id: int) -> Path:
    return _folder() / f"{submission_id}.json.gz"


def _findings(submission_id: int) -> Path:
    return _folder() / f"{submission_id}.parquet"


def _sheet(submission_id: int) -> Path:
    return _folder() / f"{submission_id}.sheet.parquet"


def keep(submission: Submission, verdict: Verdict, staged: Staged | None, contract: Contract, at: datetime) -> None:
    """Keep a verdict as the lake will: values of personal columns stay in the file that was sent, and nowhere else.

    The head is written last, so a verdict is either whole or not there. Raises OSError where the disk is full.
    """
    from assets.outcome import Published
    from assets.verdict_frames import finding_frame

    _folder().mkdir(parents=True, exist_ok=True)
    frame = finding_frame([Published(submission, verdict, in_force=False)], contract)
    table = staged.table if staged is not None and staged.clean is None else None
    head = {
        "verdict": asdict(replace(verdict, findings=())),
        "mapping": staged.mapping if staged else {},
        "judged_at": at.isoformat(),
        "table": _said_of(table) if table is not None else None,
    }
    number = submission.submission_id
    parts: list[tuple[Path, Callable[[Path], object]]] = [(_findings(number), frame.write_parquet)]
    if table is not None and table.frame.height <= _MOST_SHEET_ROWS:
        copied = table.frame.with_columns(table.rows.alias(_ROW), table.row_roles.alias(_ROLE))
        parts.append((_sheet(number), copied.write_parquet))
    for target, write in [*parts, (_head(number), _writer(head))]:
        arriving = target.with_name(f".{os.getpid()}-{target.name}")
        try:
            write(arriving)
            arriving.rename(target)
        except BaseException:
            arriving.unlink(missing_ok=True)
            raise


def _said_of(table: Table) -> dict[str, Any]:
    names = ("sheet", "columns", "header", "header_rows", "typed", "percent_columns")
    return {name: getattr(table, name) for name in names}


def sheet_kept(submission_id: int) -> bool:
    """Whether a copy of the sheet lies beside the verdict."""
    return _sheet(submission_id).is_file() and _head(submission_id).is_file()


def kept_table(submission_id: int) -> Table | None:
    """The sheet as it was sent, where its copy is kept: it need not be read a second time for the page."""
    import polars as pl

    from data.table import Table

    try:
        head = json.loads(gzip.decompress(_head(submission_id).read_bytes()))
        frame = pl.read_parquet(_sheet(submission_id))
    except (FileNotFoundError, pl.exceptions.PolarsError):
        return None
    said: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in head["table"].items()}
    return Table(frame=frame.drop(_ROW, _ROLE), rows=frame[_ROW], row_roles=frame[_ROLE], **said)


def _writer(head: Mapping[str, Any]) -> Any:
    return lambda path: path.write_bytes(gzip.compress(json.dumps(head, ensure_ascii=False).encode()))


def kept(submission_id: int) -> Kept | None:
    """What the desk found, as long as it is kept."""
    try:
        head = json.loads(gzip.decompress(_head(submission_id).read_bytes()))
    except FileNotFoundError:
        return None
    said = head["verdict"]
    verdict = Verdict(
        **{
            **said,
            "counts": Counts(**said["counts"]),
            "findings": (),
            "results": tuple(RuleResult(**r) for r in said["results"]),
        }
    )
    return Kept(verdict, head["mapping"], datetime.fromisoformat(head["judged_at"]), _findings(submission_id))


def kept_ids() -> list[int]:
    """Numbers of the submissions whose verdicts have been kept for a while."""
    before = time.time() - _AGE
    heads = _folder().glob("[0-9]*.json.gz")
    return [int(path.name.partition(".")[0]) for path in heads if path.stat().st_mtime < before]


def forget(submission_id: int) -> None:
    """Let go of what the lake has by now."""
    _head(submission_id).unlink(missing_ok=True)
    _findings(submission_id).unlink(missing_ok=True)
    _sheet(submission_id).unlink(missing_ok=True)


def finding_of(record: Mapping[str, Any]) -> Finding:
    """A finding from a row of the lake's table, or of the kept file."""
    value, label = record["suggestion_value"], record["suggestion_label"]
    return Finding(
        **{k: record[k] for k in ("rule", "kind", "principle", "severity", "sheet", "row", "column", "cell")},
        value=record["value"],
        expected=record["expected"],
        suggestion=None if value is None else Suggestion(value, label or value),
        message_vi=record["message_vi"] or "",
        message_en=record["message_en"] or "",
    )


def in_order(verdict: Verdict) -> Verdict:
    """The verdict with findings and results in one order, wherever they were read from."""
    found = sorted(verdict.findings, key=lambda f: (f.row or 0, f.cell or "", f.rule, f.message_vi))
    return replace(verdict, findings=tuple(found), results=tuple(sorted(verdict.results, key=lambda r: r.rule)))
