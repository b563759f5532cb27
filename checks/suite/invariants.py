"""What must hold of core and marts whatever was sent: a broken invariant is the hub's own fault, never a unit's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from checks.suite.plan import Question
from data.contract import Column, Contract
from data.warehouse import LAKE, literal, quoted

__all__ = ["core_questions", "marts_questions"]

_ADDED = frozenset({"flow", "stock", "cumulative"})
"""Kinds of measure whose whole is the sum of its parts (definitions: Measures)."""


def _invariant(name: str, principle: str, vi: str, en: str, query: str) -> Question:
    return Question(name, vi, "invariant", principle, "error", vi, en, query=query)


def core_questions(contract: Contract) -> Sequence[Question]:
    """Invariants of a dataset's rows in force; each query gives submission and sheet row of what breaks it."""
    return tuple(_core(contract))


def _core(contract: Contract) -> Iterator[Question]:
    core, staging = f"{LAKE}.core.{quoted(contract.id)}", f"{LAKE}.staging.{quoted(contract.id)}"
    if contract.key and contract.layout == "flat":
        keys = ", ".join(quoted(k) for k in contract.key)
        yield _invariant(
            "core.key",
            "sach",
            "Mỗi khóa của một đơn vị chỉ có một dòng trong một kỳ",
            "One row a key for each reporter and period",
            f"SELECT _submission_id, _row FROM {core} "
            f"QUALIFY count(*) OVER (PARTITION BY _reporter, _period, {keys}) > 1",
        )
    yield _invariant(
        "core.no_quarantine",
        "dung",
        "Không dòng cách ly nào nằm trong dữ liệu có hiệu lực",
        "No quarantined row is in force",
        f"SELECT c._submission_id, c._row FROM {core} c JOIN {staging} s USING (_submission_id, _row) "
        "WHERE len(s._failed) > 0",
    )
    yield _invariant(
        "core.in_force",
        "thong_nhat",
        "Chỉ bản đang có hiệu lực góp dòng",
        "Only the version in force contributes rows",
        f"WITH newest AS (SELECT submission_id FROM {LAKE}.quality.verdict WHERE dataset = {literal(contract.id)} "
        "AND counts AND verdict IN ('accepted', 'partly_accepted') QUALIFY row_number() OVER "
        "(PARTITION BY reporter, period ORDER BY version DESC) = 1) "
        f"SELECT _submission_id, _row FROM {core} WHERE _submission_id NOT IN (SELECT submission_id FROM newest)",
    )
    yield _invariant(
        "core.all_accepted",
        "du",
        "Bản có hiệu lực góp đủ số dòng đã nhận",
        "A version in force contributes every row that was accepted",
        f"SELECT v.submission_id, any_value(v.rows_accepted) FROM {LAKE}.quality.verdict v "
        f"JOIN {core} c ON c._submission_id = v.submission_id WHERE v.dataset = {literal(contract.id)} "
        "GROUP BY v.submission_id HAVING count(*) <> any_value(v.rows_accepted)",
    )
    for column in contract.columns:
        if column.reference:
            yield _resolves(column, core)


def _resolves(column: Column, core: str) -> Question:
    table, _, key = str(column.reference).rpartition(".")
    return _invariant(
        f"core.{column.name}.resolves",
        "thong_nhat",
        f"“{column.title}” có trong danh mục",
        f"“{column.title}” resolves",
        f"SELECT _submission_id, _row FROM {core} WHERE {quoted(column.name)} IS NOT NULL "
        f"AND {quoted(column.name)} NOT IN (SELECT {quoted(key)} FROM {quoted('reference', table)})",
    )


def marts_questions(contracts: Iterable[Contract]) -> Sequence[Question]:
    """Invariants of what people read; each query names what breaks it in two words."""
    marts = f"{LAKE}.marts"
    added = ", ".join(literal(f"{c.id}.{m.name}") for c in contracts for m in c.measures if m.measure in _ADDED) or "''"
    return (
        _invariant(
            "marts.measure.once",
            "sach",
            "Mỗi số liệu của một đơn vị trong một kỳ chỉ có một giá trị",
            "One value a measure, subject and period",
            f"SELECT dataset || '.' || measure, period FROM {marts}.measure_value "
            "GROUP BY dataset, measure, period, subject HAVING count(*) > 1",
        ),
        _invariant(
            "marts.measure.totals",
            "thong_nhat",
            "Tổng các đơn vị bằng số toàn tỉnh",
            "Totals by subject equal the province's figure",
            "WITH sums AS (SELECT dataset, measure, period, sum(value) FILTER (subject IS NOT NULL) AS parts, "
            f"any_value(value) FILTER (subject IS NULL) AS whole FROM {marts}.measure_value "
            f"WHERE dataset || '.' || measure IN ({added}) GROUP BY ALL) "
            "SELECT dataset || '.' || measure, period FROM sums "
            "WHERE abs(parts - whole) > 1e-6 * greatest(abs(whole), 1)",
        ),
        _invariant(
            "marts.indicator.once",
            "sach",
            "Mỗi chỉ tiêu trong một kỳ chỉ có một giá trị từ một nguồn",
            "One value an indicator, period and dataset",
            f"SELECT indicator, period FROM {marts}.indicator_value GROUP BY indicator, period, dataset "
            "HAVING count(*) > 1",
        ),
        _invariant(
            "marts.obligation.once",
            "sach",
            "Mỗi nghĩa vụ báo cáo chỉ có một dòng",
            "One row an obligation",
            f"SELECT dataset || ' ' || reporter, period FROM {marts}.obligation GROUP BY dataset, reporter, period "
            "HAVING count(*) > 1",
        ),
        _invariant(
            "marts.contradiction.known",
            "thong_nhat",
            "Mâu thuẫn chỉ nêu lần nộp có thật",
            "A contradiction names submissions that exist",
            f"SELECT contradiction_id, period FROM {marts}.contradiction "
            f"WHERE submission_a NOT IN (SELECT submission_id FROM {LAKE}.quality.verdict)",
        ),
    )
