"""What a submission looks like in an answer: its receipt, its state, its verdict in short, and where to go next."""

from __future__ import annotations

from checks.finding import Verdict
from dashboard.api.models import Links, Outcome, Receipt, StateShape
from data.standing import State
from data.submission import Submission

__all__ = ["address_of_submission", "receipt_shape"]


def address_of_submission(receipt: str) -> str:
    """Where the API tells of that submission."""
    return f"/api/v1/submissions/{receipt}"


def _outcome(verdict: Verdict) -> Outcome:
    counts = verdict.counts
    return Outcome(
        verdict=verdict.verdict,
        rows=counts.rows,
        accepted=counts.accepted,
        quarantined=counts.quarantined,
        dropped=counts.dropped,
        findings=len(verdict.findings),
        scores=verdict.scores,
        contract_version=verdict.contract_version,
        reason_vi=verdict.reason_vi,
        reason_en=verdict.reason_en,
    )


def receipt_shape(submission: Submission, state: State, verdict: Verdict | None) -> Receipt:
    """The submission as the API shows it; `verdict` None where it is not there yet, or not asked for."""
    here = address_of_submission(submission.receipt)
    return Receipt(
        receipt=submission.receipt,
        dataset=submission.dataset,
        unit=submission.reporter,
        period=submission.period,
        version=submission.version,
        duplicate=submission.duplicate,
        nil=submission.nil,
        filename=submission.filename,
        size=submission.size,
        sha256=submission.sha256,
        channel=submission.channel,
        sender=submission.sender,
        received_at=submission.received_at,
        state=StateShape(code=state.code, at=state.at, actor=state.actor, reason=state.reason, held=state.held),
        outcome=_outcome(verdict) if verdict is not None else None,
        links=Links(
            submission=here,
            verdict=f"{here}/verdict",
            receipt_pdf=f"{here}/receipt.pdf",
            page=f"/submissions/{submission.receipt}",
        ),
    )
