"""A large text comes to the same verdict, findings and rows by the quick lane as over the desk."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assets.bulk import source as large_source
from assets.bulk.stage import stage_large
from assets.read import read_file
from assets.staging import stage
from checks.judge import FAILED, judge
from checks.scan import ALL_ROWS
from checks.staged import Context, Staged
from data.clock import now
from data.contract import Contract, ContractRegistry
from data.period import Period
from data.warehouse import open_session
from tests.assets.bulk.permits import contract_in, messy_rows, write_text

Outcome = tuple[object, ...]


@pytest.fixture(scope="module")
def permits(tmp_path_factory: pytest.TempPathFactory) -> tuple[Contract, ContractRegistry]:
    return contract_in(tmp_path_factory.mktemp("contracts"))


@pytest.fixture(autouse=True)
def small_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_source, "_CHUNK_BYTES", 60_000)
    monkeypatch.setattr(large_source, "_TAIL_BYTES", 30_000)


def _outcome(con: duckdb.DuckDBPyConnection, staged: Staged, permits: tuple[Contract, ContractRegistry]) -> Outcome:
    contract, registry = permits
    verdict = judge(con, contract, [staged], registry)[0].verdict
    columns = ", ".join(f'"{c.name}"' for c in contract.columns)
    good = con.execute(
        f"SELECT _row, {columns} FROM {ALL_ROWS} a "
        f"WHERE NOT EXISTS (FROM {FAILED} f WHERE f._row = a._row) ORDER BY _row"
    ).fetchall()
    findings = sorted(
        (f.row or 0, f.rule, f.cell or "", f.value or "", f.expected or "", f.message_vi, str(f.suggestion))
        for f in verdict.findings
    )
    return verdict.verdict, verdict.counts, verdict.results, findings, good


def _both(path: Path, permits: tuple[Contract, ContractRegistry], folder: Path) -> tuple[Outcome, Outcome]:
    contract, _ = permits
    context = Context(7, "SXD", Period.parse("2026-10"), now())
    quick = stage_large(path, path.name, contract, context, folder)
    assume(quick is not None)  # a text with odd quotation marks goes over the desk as a whole
    assert quick is not None and quick.clean is not None and quick.clean.rows > 0
    desk = stage(read_file(path), contract, context)
    assert quick.rows == desk.rows
    with open_session() as con:
        return _outcome(con, quick, permits), _outcome(con, desk, permits)


def _same(one: Outcome, other: Outcome) -> None:
    for quick, desk in zip(one, other, strict=True):
        if isinstance(quick, list) and isinstance(desk, list):
            assert [x for x in quick if x not in desk] == [x for x in desk if x not in quick]
        assert quick == desk


@pytest.mark.parametrize("seed", range(2))
def test_every_form_of_every_cell_ends_as_it_does_over_the_desk(
    permits: tuple[Contract, ContractRegistry], tmp_path: Path, seed: int
) -> None:
    path = write_text(tmp_path / "gp.csv", messy_rows(seed, 4000))
    _same(*_both(path, permits, tmp_path))


@pytest.mark.parametrize(
    ("delimiter", "encoding", "end"),
    [(",", "utf-8-sig", "\r\n"), ("\t", "utf-16", "\n"), (";", "cp1258", "\r\n"), ("|", "utf-8", "\n")],
)
def test_whatever_separates_and_encodes_it(
    permits: tuple[Contract, ContractRegistry], tmp_path: Path, delimiter: str, encoding: str, end: str
) -> None:
    rows = messy_rows(11, 4000, share=0.03)
    path = write_text(tmp_path / "gp.csv", rows, delimiter=delimiter, encoding=encoding, end=end)
    _same(*_both(path, permits, tmp_path))


def test_lines_that_are_no_record_are_split_and_counted_as_over_the_desk(
    permits: tuple[Contract, ContractRegistry], tmp_path: Path
) -> None:
    path = write_text(tmp_path / "gp.csv", messy_rows(5, 4000, share=0.0))
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[2000] = ""
    lines[2500] = lines[2500] + ";"
    lines[3000] = ";".join(lines[3000].split(";")[:-1])
    lines[3500] = lines[3500].replace("Đã cấp", '"Đã cấp').replace("Chờ bổ sung", '"Chờ bổ sung"')
    lines[3550] = ";;;;;;;;;"
    lines[3600] = "Tổng cộng;;;;;1234,5;;;;"
    path.write_text("\n".join(lines), encoding="utf-8")
    _same(*_both(path, permits, tmp_path))


def test_thousands_met_after_the_sample_change_the_reading_of_the_whole_column(
    permits: tuple[Contract, ContractRegistry], tmp_path: Path
) -> None:
    rows = messy_rows(8, 4000, share=0.0)
    for row in rows:
        row[5] = str(int(float(row[5].replace(",", "."))))
    rows[2345][5], rows[3001][5], rows[3002][5] = "1.234", "12,5", "1.234.567"
    path = write_text(tmp_path / "gp.csv", rows)
    _same(*_both(path, permits, tmp_path))


def test_rows_with_the_same_key_are_found_across_stretches_with_their_texts(
    permits: tuple[Contract, ContractRegistry], tmp_path: Path
) -> None:
    rows = messy_rows(9, 4000, share=0.0)
    rows[3000][0] = rows[1500][0]
    rows[3100] = list(rows[1600])
    path = write_text(tmp_path / "gp.csv", rows)
    quick, desk = _both(path, permits, tmp_path)
    _same(quick, desk)
    assert {row for row, rule, *_ in quick[3] if rule == "key.unique"} == {1502, 3002, 3102}  # type: ignore[attr-defined]


@settings(max_examples=6, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.text(alphabet="0123456789.,-+/: %eEaàạoòđÂ¸\u0301xX\"'\t", max_size=9)),
        min_size=1,
        max_size=60,
    )
)
def test_no_text_at_all_ends_otherwise_than_over_the_desk(
    permits: tuple[Contract, ContractRegistry], tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[int, str]]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    rows = messy_rows(1, 2600, share=0.0)
    for place, (column, text) in enumerate(cells):
        rows[1100 + 17 * place][column] = text
    _same(*_both(write_text(folder / "gp.csv", rows), permits, folder))
