"""The hub's side of each measure, through the doors that `hub submit`, the worker and `hub check` go through."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.contract import FURTHER
from tests.bench.dossiers import COLUMNS, DATASET, KEY, PERIOD, RULES, UNIT

if TYPE_CHECKING:
    import duckdb

    from checks.rule import Rule
    from checks.staged import Staged
    from data.contract import Contract, ContractRegistry

__all__ = ["check", "ingest", "read_all", "rules", "shell", "unique", "verdicts"]

Work = Callable[[], dict[str, Any]]

_MARK = re.compile(r"list_contains\(_marks, '[^']*'\)")
_UNCOUNTED = 5
"""Verdicts at the beginning that are not counted: the process is warm after them."""


def _home(folder: str) -> None:
    os.environ["HUB_HOME"] = folder
    from data.settings import settings

    settings.cache_clear()


def ingest(path: str, scratch: str, warm: str = "") -> Work:
    """A file on the doorstep to rows in the lake: as `hub submit` lands it and the worker takes it on.

    `warm`: a small file of the same kind that is judged in preparation, so that nothing is imported while time runs.

    Answers with the seconds of landing (sha256 and copy of the bytes) and of the rest, and the failing rows by rule.
    """
    _home(scratch)
    from assets.receive import Incoming, receive
    from assets.run_queue import process
    from data.ledger import open_ledger
    from data.period import Period
    from data.warehouse import LAKE, open_warehouse

    contract, registry = _contract()
    with open_ledger(), open_warehouse():
        pass  # an installed hub has its ledger and its lake
    if warm:
        check(warm, scratch)()

    def work() -> dict[str, Any]:
        started = time.perf_counter()
        with open_ledger() as ledger:
            submissions = receive(ledger, [Incoming(contract, UNIT, Period.parse(PERIOD), Path(path))])
            landed = time.perf_counter() - started
            with open_warehouse() as con:
                published = process(con, ledger, registry, submissions)
            done = time.perf_counter() - started
            with open_warehouse(read_only=True) as con:
                core = con.execute(f"SELECT count(*) FROM {LAKE}.core.{DATASET}").fetchall()[0][0]
        verdict = published[0].verdict
        return {
            "landing_seconds": landed,
            "lake_seconds": done - landed,
            "verdict": verdict.verdict,
            "rows": verdict.counts.rows,
            "core_rows": core,
            "failed": {r.rule: r.failed for r in verdict.results if r.failed and r.rule in RULES},
        }

    return work


def check(path: str, scratch: str, warm: str = "") -> Work:
    """A file judged without being stored, lineage kept: what `hub check` does. `warm` as for `ingest`."""
    _home(scratch)
    from assets.check_file import check_file
    from data.period import Period

    contract, registry = _contract()
    if warm:
        check_file(Path(warm), contract, registry, UNIT, Period.parse(PERIOD))

    def work() -> dict[str, Any]:
        staged, verdict = check_file(Path(path), contract, registry, UNIT, Period.parse(PERIOD))
        assert staged is not None, verdict.reason_en
        return {
            "rows": verdict.counts.rows,
            "failed": {r.rule: r.failed for r in verdict.results if r.failed and r.rule in RULES},
            "last_cell": staged.address(int(staged.frame["_row"][-1]), "dossier_code"),
        }

    return work


def verdicts(paths: list[str], scratch: str, repeats: int, lake: bool) -> Work:
    """One small file after the other judged in a warm process; with `lake` beside one that holds the dataset's rows.

    Each file lies under a new name each time, so that none is remembered. Answers with the milliseconds of each.
    """
    _home(scratch)
    if lake:
        ingest(paths[0], scratch)()
    from assets.check_file import check_file
    from data.period import Period

    contract, registry = _contract()
    period = Period.parse(PERIOD)
    copies = []
    for number in range(repeats + _UNCOUNTED):
        copies.append(Path(scratch) / f"{number}{Path(paths[0]).suffix}")
        shutil.copyfile(paths[number % len(paths)], copies[-1])

    def work() -> dict[str, Any]:
        taken = []
        for copy in copies:
            started = time.perf_counter()
            _, verdict = check_file(copy, contract, registry, UNIT, period)
            taken.append((time.perf_counter() - started) * 1000)
        return {"verdict": verdict.verdict, "rows": verdict.counts.rows, "milliseconds": taken[_UNCOUNTED:]}

    return work


def shell(path: str, scratch: str) -> Work:
    """`hub check` as a clerk starts it beside a lake: a new process, from start to its end."""
    ingest(path, scratch)()
    hub = Path(sys.executable).parent / "hub"
    command = [str(hub), "check", path, "--dataset", DATASET, "--unit", UNIT, "--period", PERIOD]

    def work() -> dict[str, Any]:
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stderr)
        return {"code": done.returncode, "says": done.stdout.splitlines()[0]}

    return work


def read_all(paths: list[str], warm: str) -> Work:
    """Files read one after the other into their tables; a refusal counts as read."""
    from assets.read import read_file
    from data.table import UnreadableError

    read_file(Path(warm))

    def work() -> dict[str, Any]:
        tables, refused, slowest = 0, [], ("", 0.0)
        for path in map(Path, paths):
            started = time.perf_counter()
            try:
                tables += len(read_file(path).tables)
            except UnreadableError as error:
                refused.append(f"{path.name}: {error.code}")
            slowest = max(slowest, (path.name, time.perf_counter() - started), key=lambda named: named[1])
        return {"files": len(paths), "tables": tables, "refused": refused, "slowest": slowest}

    return work


def rules(path: str, scratch: str, desk: bool = False) -> Work:
    """Typed rows of a Parquet file and how many fail each row rule.

    As in the lane of large files one pass picks the rows that break any rule, and only those are judged rule by rule;
    `desk`: all rows are, as with the files that come every day.
    """
    _home(scratch)
    from checks.compile import compile_rules
    from checks.scan import scan

    contract, _ = _contract()
    compiled, con = compile_rules(contract), _session()
    broken = "true" if desk else _broken(compiled)

    def work() -> dict[str, Any]:
        outcome = scan(con, contract, [_staged(con, path, broken)], compiled)
        failed = {rule: n for (_, rule), n in outcome.failed.items() if rule in RULES or rule.startswith(FURTHER)}
        return {"rules": len(outcome.rules), "failed": failed}

    return work


def unique(path: str, scratch: str) -> Work:
    """Typed rows of a Parquet file whose key stands more than once, by the rule of the contract."""
    _home(scratch)
    from checks.compile import compile_rules
    from checks.history import bind_query

    contract, registry = _contract()
    con = _session()
    rule = next(r for r in compile_rules(contract) if r.kind == "set" and r.column == KEY)
    query = bind_query(rule, contract, registry, own=f"(SELECT *, 0::BIGINT AS _submission_id FROM '{path}')")

    def work() -> dict[str, Any]:
        return {"rows": len(con.execute(query).fetchall())}

    return work


def _broken(compiled: Sequence[Rule]) -> str:
    """The condition that a row breaks any row rule; rules that ask for a mark alone are met by asking for any mark."""
    tests = [
        f"({r.violation})" for r in compiled if r.kind == "row" and r.violation and not _MARK.fullmatch(r.violation)
    ]
    return " OR ".join(["len(_marks) > 0", *tests])


def _contract() -> tuple[Contract, ContractRegistry]:
    from data.contract import load_contracts
    from data.settings import settings

    registry = load_contracts(settings().contracts)
    return registry[DATASET], registry


def _session() -> duckdb.DuckDBPyConnection:
    """A session as a warm worker holds it: opened, and asked with a parameter once (DuckDB then looks for pandas)."""
    from data.warehouse import open_session

    con = open_session()
    con.execute("SELECT ?", [1]).fetchall()
    return con


def _staged(con: duckdb.DuckDBPyConnection, path: str, condition: str) -> Staged:
    """Rows of a typed Parquet file as one submission."""
    from checks.staged import Context, Staged
    from data.clock import now
    from data.period import Period

    frame = con.execute(f"SELECT *, 'Hồ sơ' AS _sheet, 'detail' AS row_role FROM '{path}' WHERE {condition}").pl()
    mapping = {c.name: n for n, c in enumerate(COLUMNS, 1)}
    return Staged(Context(0, UNIT, Period.parse(PERIOD), now()), path, "csv", frame, mapping)
