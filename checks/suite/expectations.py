"""The three expectations that a contract's rules become. Importing this module imports great_expectations (seconds).

Row rules of a suite are counted in one query, as Great Expectations bundles aggregates; the failing rows are fetched
only where a count is not zero. The other kinds are one query each.
"""

from __future__ import annotations

from typing import Any, ClassVar

import sqlalchemy as sa
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.core.metric_function_types import MetricPartialFunctionTypes
from great_expectations.execution_engine.execution_engine import ExecutionEngine
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_partial, metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

from checks.dataset_rules import COMPARE
from checks.scan import JUDGED

__all__ = ["ExpectNoFailingRow", "ExpectNoRowFound", "ExpectValueWithin"]


class RowsFailing(TableMetricProvider):
    """How many rows of the batch a condition is true for; bundled with all others into one scan."""

    metric_name = "hub.rows_failing"
    value_keys = ("violation",)

    @metric_partial(
        engine=SqlAlchemyExecutionEngine,
        partial_fn_type=MetricPartialFunctionTypes.AGGREGATE_FN,
        domain_type=MetricDomainTypes.TABLE,
    )
    def _sqlalchemy(
        cls,  # noqa: N805
        execution_engine: SqlAlchemyExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> tuple[Any, dict[str, Any], dict[str, Any]]:
        condition: sa.ColumnElement[bool] = sa.literal_column(f"({metric_value_kwargs['violation']})")
        return sa.func.count_if(condition), metric_domain_kwargs, {}


class RowsFound(TableMetricProvider):
    """What a query gives, as a list of tuples."""

    metric_name = "hub.rows_found"
    value_keys = ("query",)

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(
        cls,  # noqa: N805
        execution_engine: SqlAlchemyExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> list[tuple[Any, ...]]:
        return _fetch(execution_engine, metric_value_kwargs["query"])


def _fetch(engine: SqlAlchemyExecutionEngine, query: str) -> list[tuple[Any, ...]]:
    # The driver's own call: the text may hold colons and percent signs that SQLAlchemy would read as parameters.
    with engine.get_connection() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query).fetchall()]


def _answer(failing: list[tuple[Any, ...]], count: int, kept: int) -> dict[str, Any]:
    rows = [list(row) for row in failing[:kept]]
    return {"success": count == 0, "result": {"observed_value": count, "details": {"rows": rows}}}


class _Batch(BatchExpectation):
    """What the three have in common: they judge the batch as a whole and keep so many failing rows."""

    kept: int = 200
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id",)


class ExpectNoFailingRow(_Batch):
    """No row for which `violation` is true."""

    violation: str

    metric_dependencies: ClassVar[tuple[str, ...]] = ("hub.rows_failing",)
    success_keys: ClassVar[tuple[str, ...]] = ("violation",)

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: ExecutionEngine[Any] | None = None,
    ) -> dict[str, Any]:
        count = int(metrics["hub.rows_failing"] or 0)
        failing: list[tuple[Any, ...]] = []
        if count:
            assert isinstance(execution_engine, SqlAlchemyExecutionEngine)
            failing = _fetch(
                execution_engine,
                f"SELECT _submission_id, _row FROM {JUDGED} WHERE ({self.violation}) ORDER BY ALL LIMIT {self.kept}",
            )
        return _answer(failing, count, self.kept)


class ExpectNoRowFound(_Batch):
    """A query that names failing rows finds none: its first two columns say which rows."""

    query: str

    metric_dependencies: ClassVar[tuple[str, ...]] = ("hub.rows_found",)
    success_keys: ClassVar[tuple[str, ...]] = ("query",)

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: ExecutionEngine[Any] | None = None,
    ) -> dict[str, Any]:
        found = sorted({row[:2] for row in metrics["hub.rows_found"]}, key=str)
        return _answer(found, len(found), self.kept)


class ExpectValueWithin(_Batch):
    """A query's value, one a submission, lies where `must` wants it; gives the submissions whose value does not.

    `must` holds ODCS operators and bounds; `expected` the submissions, so that one without a row counts as 0.
    """

    query: str
    must: list[list[Any]]
    expected: list[int]

    metric_dependencies: ClassVar[tuple[str, ...]] = ("hub.rows_found",)
    success_keys: ClassVar[tuple[str, ...]] = ("query", "must", "expected")

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: ExecutionEngine[Any] | None = None,
    ) -> dict[str, Any]:
        values = {row[0]: row[1] for row in metrics["hub.rows_found"]}
        failing = []
        for submission in self.expected:
            value = values.get(submission)
            value = 0 if value is None else value
            if not all(COMPARE[operator](value, bound) for operator, bound in self.must):
                failing.append((submission, None, value))
        return _answer(failing, len(failing), self.kept)
