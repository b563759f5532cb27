"""Running a suite: questions become expectations, Great Expectations answers them over a session's table."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import duckdb

from checks.suite.plan import Question
from data.clock import now

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.data_context.data_context.abstract_data_context import AbstractDataContext

__all__ = ["Answer", "Examination", "ask"]

_SEVERITY = {"error": "critical", "warning": "warning", "info": "info"}


@dataclass(frozen=True)
class Answer:
    """What one expectation found: how many rows (or submissions) fail, and which, at most `kept` of them.

    rows: (submission, sheet row); row None where the whole submission fails. An invariant names what it is about.
    """

    question: Question
    failed: int
    rows: tuple[tuple[Any, ...], ...]
    error: str | None = None

    @property
    def met(self) -> bool:
        """Whether the expectation holds."""
        return self.error is None and self.failed == 0


@dataclass(frozen=True)
class Examination:
    """One run of one suite."""

    suite: str
    at: datetime
    submissions: tuple[int, ...]
    answers: tuple[Answer, ...]
    report: dict[str, Any]
    """Great Expectations' own result, plain data for JSON."""

    @property
    def met(self) -> bool:
        """Whether no expectation of severity error failed."""
        return not any(a.question.severity == "error" and not a.met for a in self.answers)


@cache
def _context() -> AbstractDataContext:
    """One context a process, in memory, telling nobody anything."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    return gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(),
            analytics_enabled=False,
            progress_bars=ProgressBarsConfig(globally=False),
        ),
    )


def _expectation(question: Question, submissions: Sequence[int], kept: int) -> Any:
    from checks.suite.expectations import ExpectNoFailingRow, ExpectNoRowFound, ExpectValueWithin

    shared: dict[str, Any] = {"meta": question.meta, "severity": _SEVERITY[question.severity], "kept": kept}
    if question.violation is not None:
        return ExpectNoFailingRow(violation=question.violation, **shared)
    if question.must:
        must = [[operator, bound] for operator, bound in question.must]
        return ExpectValueWithin(query=str(question.query), must=must, expected=list(submissions), **shared)
    return ExpectNoRowFound(query=str(question.query), **shared)


def ask(
    con: duckdb.DuckDBPyConnection,
    suite: str,
    table: str,
    questions: Sequence[Question],
    submissions: Sequence[int] = (),
    *,
    kept: int = 200,
) -> Examination:
    """Validate a table of the session against the questions; `kept` bounds the failing rows that are named."""
    import great_expectations as gx

    from checks.suite.engine import ADDRESS, engine_arguments

    context = _context()
    source = context.data_sources.add_or_update_sql(  # type: ignore[call-arg]
        "hub", connection_string=ADDRESS, kwargs=engine_arguments(con)
    )
    batch = source.add_table_asset(suite, table_name=table).add_batch_definition_whole_table("all").get_batch()
    expectations = [_expectation(q, submissions, kept) for q in questions]
    at = now()
    result = batch.validate(gx.ExpectationSuite(name=suite, expectations=expectations), result_format="SUMMARY")
    return Examination(suite, at, tuple(submissions), _answers(result, questions), result.to_json_dict())  # type: ignore[no-untyped-call]


def _answers(result: ExpectationSuiteValidationResult, questions: Sequence[Question]) -> tuple[Answer, ...]:
    by_rule = {r.expectation_config.meta["rule"]: r for r in result.results if r.expectation_config}
    answers = []
    for question in questions:
        found = by_rule[question.id]
        if found.exception_info and (message := _exception(found.exception_info)):
            answers.append(Answer(question, 0, (), message))
            continue
        rows = found.result["details"]["rows"]
        answers.append(Answer(question, int(found.result["observed_value"]), tuple(tuple(row) for row in rows)))
    return tuple(answers)


def _exception(info: dict[str, Any]) -> str | None:
    """The message where an expectation could not be answered at all."""
    entries = [info] if "raised_exception" in info else list(info.values())
    for entry in entries:
        if isinstance(entry, dict) and entry.get("raised_exception"):
            return str(entry.get("exception_message"))
    return None
