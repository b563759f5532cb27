"""Sending through the API: what arrived is sent once, judged within the caller's patience, and answered the same way
again under the same key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio
from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi.concurrency import run_in_threadpool

from dashboard.api.answers import address_of_submission, receipt_shape
from dashboard.api.arriving import Arrived
from dashboard.api.asked import contracts, the_period, the_reporter, wrong_value
from dashboard.api.idempotency import Begun, KeptAnswer, begin, fingerprint, finish, one_at_a_time
from dashboard.api.models import RowsToSend
from dashboard.api.problem import ProblemError, problem
from dashboard.api.rows_file import read_rows, write_rows
from dashboard.ledger_access import the_ledger
from data.contract import Contract
from data.person import Person
from data.standing import states_of
from data.submission import Submission

__all__ = ["answered", "location"]

_WAITING_AT_ONCE = 8
"""Callers that wait for a verdict hold a thread each; the rest of the centre keeps its own."""
_limiter: RunVar[CapacityLimiter] = RunVar("waiting for verdicts")
_STATUS = {"not_yours": 403, "closed": 409}
"""Statuses of what sending refuses; any other reason lies in what was asked, 422."""


async def answered(person: Person, arrived: Arrived, key: str, wait: int, address: str) -> KeptAnswer:
    """Send what arrived, and give the answer: 201 with the verdict in short, 202 where that takes longer."""
    order = await run_in_threadpool(_order, person, arrived)
    with one_at_a_time(person, key):
        before = await run_in_threadpool(begin, the_ledger(), person, key, order.same) if key else None
        if isinstance(before, KeptAnswer):
            return before
        try:
            sent = await run_in_threadpool(_sent, person, order, before, address)
            judged = await _judged(sent, wait)
            answer = await run_in_threadpool(_answer, sent, judged)
        except BaseException:
            if key:
                await to_thread.run_sync(finish, the_ledger(), person, key, None)
            raise
        if key:
            await run_in_threadpool(finish, the_ledger(), person, key, answer)
        return answer


class _Order:
    """A request to send, read and understood; nothing of it is decided yet."""

    def __init__(self, person: Person, dataset: str, unit: str, period: str, where: str) -> None:
        known = contracts()
        if dataset not in known:
            raise problem(404, "no_dataset", dataset=dataset[:80])
        self.contract: Contract = known[dataset]
        self.reporter = the_reporter(person, unit, where=where)
        self.period = the_period(period, where=where)
        self.path: Path | None = None
        self.filename: str | None = None
        self.sha256 = ""
        self.same = ""

    def settle(self, sha256: str) -> None:
        """What makes this request the same as one before."""
        self.sha256 = sha256
        self.same = fingerprint(
            {
                "dataset": self.contract.id,
                "unit": self.reporter,
                "period": str(self.period),
                "filename": self.filename,
                "nil": self.path is None,
                "sha256": sha256,
            }
        )


def _order(person: Person, arrived: Arrived) -> _Order:
    if arrived.kind == "json":
        assert arrived.path is not None
        return _rows_order(person, read_rows(arrived.path), arrived)
    fields = arrived.fields
    for name in ("dataset", "period"):
        if not fields.get(name):
            raise wrong_value(name, "missing", where="body")
    order = _Order(person, fields["dataset"], fields.get("unit", ""), fields["period"], "body")
    nil = fields.get("nil", "").lower() in {"1", "true", "yes"}
    if nil == (arrived.path is not None):
        raise wrong_value("file", "file_or_nil", where="body")
    if arrived.path is not None:
        order.path, order.filename = arrived.path, arrived.filename or f"{order.contract.id}_{order.period}"
    order.settle(arrived.sha256)
    return order


def _rows_order(person: Person, given: RowsToSend, arrived: Arrived) -> _Order:
    order = _Order(person, given.dataset, given.unit, given.period, "body")
    if given.nil == bool(given.rows):
        raise wrong_value("rows", "rows_or_nil", where="body")
    if given.rows:
        assert arrived.path is not None
        # The body's own place on disk is used again: it is removed with the request.
        write_rows(given, order.contract, arrived.path)
        order.path, order.filename = arrived.path, f"{order.contract.id}_{order.period}.json"
    order.settle(arrived.sha256)
    return order


def _sent(person: Person, order: _Order, before: Begun | None, address: str) -> Submission:
    from assets.sending import SendError, send
    from data.landing import digest
    from data.table import UnreadableError

    if before is not None:
        # The server was killed between sending and answering: what it sent then is what is answered now.
        sha256 = digest(order.path) if order.path else "0" * 64
        for found in reversed(
            the_ledger().submissions(dataset=order.contract.id, reporter=order.reporter, period=str(order.period))
        ):
            if (found.sha256, found.sender) == (sha256, person.login) and found.received_at >= before.at:
                return found
    try:
        return send(
            the_ledger(), person, order.contract, order.reporter, order.period, order.path,
            filename=order.filename, channel="api", address=address,
        )  # fmt: skip
    except SendError as error:
        raise ProblemError(_STATUS.get(error.code, 422), error.code, error.vi, error.en) from error
    except UnreadableError as error:
        raise ProblemError(413, error.code, error.vi, error.en) from error


async def _judged(submission: Submission, wait: int) -> bool:
    """Whether the verdict is there within `wait` seconds; judging goes on where it is not."""
    from dashboard.verdict.quick import judged

    try:
        limiter = _limiter.get()
    except LookupError:
        limiter = CapacityLimiter(_WAITING_AT_ONCE)
        _limiter.set(limiter)
    with anyio.move_on_after(wait + 0.1):
        return await to_thread.run_sync(
            lambda: judged(submission, timeout=float(wait)), limiter=limiter, abandon_on_cancel=True
        )
    return False


def _answer(submission: Submission, judged: bool) -> KeptAnswer:
    from dashboard.verdict.quick import verdict_of

    verdict = verdict_of(submission) if judged else None
    state = states_of(the_ledger(), [submission], contracts())[submission.submission_id]
    shape = receipt_shape(submission, state, verdict)
    body: Mapping[str, Any] = shape.model_dump(mode="json")
    return KeptAnswer(201 if verdict is not None else 202, body)


def location(answer: KeptAnswer) -> str:
    """Where the submission of an answer is told of."""
    return address_of_submission(str(answer.body["receipt"]))
