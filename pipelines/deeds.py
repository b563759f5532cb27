"""What the verbs that decide something share: who does it, to which submission, and that the wall follows at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from data.ledger import Ledger, open_ledger
from data.person import Person
from data.standing_error import StandingError
from data.submission import Submission
from pipelines import usage

__all__ = ["deed", "settled_now", "the_person", "the_submission"]

_REFUSED = 1


def the_person(ledger: Ledger, login: str) -> Person:
    """Whom a deed is entered under: an account that may sign in; else an end that says so."""
    from data.accounts import accounts

    found = next((a for a in accounts(ledger) if a.login == login.strip().lower() and not a.disabled), None)
    if found is None:
        usage.wrong(f"Không có tài khoản “{login}”", f"no account {login!r}")
    return found.person


def the_submission(ledger: Ledger, receipt: str) -> Submission:
    """The submission of a receipt; else an end that says so."""
    found = ledger.submissions(receipt=receipt)
    if not found:
        usage.wrong(f"Không có biên nhận “{receipt}”", f"no such receipt: {receipt}")
    return found[0]


@contextmanager
def deed(login: str) -> Iterator[tuple[Ledger, Person]]:
    """The ledger and the person; what is not possible ends the command with one line."""
    with open_ledger() as ledger:
        person = the_person(ledger, login)
        try:
            yield ledger, person
        except StandingError as error:
            usage.wrong(error.vi, error.en, _REFUSED)
        settled_now(ledger)


def settled_now(ledger: Ledger) -> None:
    """Bring what was decided to the marts, whether a worker runs or not; where one was quicker, nothing is left."""
    from data.lake_lock import lake_lock
    from data.warehouse import lake_exists
    from pipelines.queue_worker import settle_off

    if lake_exists():
        with lake_lock():
            settle_off(ledger)
