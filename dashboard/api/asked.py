"""What a request names, found or refused: dataset, unit, period, receipt, the place in a list."""

from __future__ import annotations

from dashboard.api.problem import FieldError, ProblemError, problem
from dashboard.language import language
from dashboard.ledger_access import the_ledger
from data.contract import Contract, ContractRegistry, load_contracts
from data.obligation import full_code, reporters
from data.period import Period
from data.person import Person
from data.settings import settings
from data.submission import Submission
from data.units import load_units

__all__ = [
    "concerns",
    "contracts",
    "the_contract",
    "the_period",
    "the_place",
    "the_reporter",
    "the_submission",
    "units_of",
    "wrong_value",
]


def contracts() -> ContractRegistry:
    """All contracts of this hub."""
    return load_contracts(settings().contracts)


def wrong_value(name: str, code: str, *, where: str = "query", **values: object) -> ProblemError:
    """422 for one value; the words stand in the catalogue under api.invalid.<code>."""
    vi, en = (language(c)(f"api.invalid.{code}", **values) for c in ("vi", "en"))
    pointer = f"/{name}" if where == "body" else name
    made = problem(422, "invalid")
    made.errors = (FieldError(where=where, pointer=pointer, code=code, detail=vi, detail_en=en),)
    return made


def units_of(contract: Contract) -> tuple[str, ...]:
    """Codes of the units that report the dataset."""
    return reporters(contract, load_units(settings().province), settings().province)


def concerns(person: Person, contract: Contract) -> bool:
    """Whether the person reads everything, or their unit sends or answers for the dataset."""
    if person.may("read.all"):
        return True
    owner = full_code(contract.owner, settings().province)
    return bool(person.unit) and (person.unit == owner or person.unit in units_of(contract))


def the_contract(person: Person, dataset: str) -> Contract:
    """The dataset's contract. Raises ProblemError 404 where there is none that concerns the person."""
    known = contracts()
    if dataset not in known or not concerns(person, known[dataset]):
        raise problem(404, "no_dataset", dataset=dataset[:80])
    return known[dataset]


def the_reporter(person: Person, text: str, *, where: str = "query") -> str:
    """A unit's code from its code or short code; the person's own where nothing is given. Raises ProblemError 422."""
    given = text.strip() or person.unit
    known = load_units(settings().province)
    for code in (given, full_code(given, settings().province)):
        if given and code in known:
            return code
    raise wrong_value("unit", "no_unit" if given else "unit_needed", where=where, unit=given[:40])


def the_period(token: str, *, where: str = "query") -> Period:
    """The period of a token. Raises ProblemError 422."""
    try:
        return Period.parse(token)
    except ValueError:
        raise wrong_value("period", "no_period", where=where, period=token[:20]) from None


def the_submission(person: Person, receipt: str) -> tuple[Submission, Contract]:
    """The submission and its contract. Raises ProblemError 404 also where it is there but not the person's to read:
    whether somebody else sent something is nobody's business."""
    found, known = the_ledger().submissions(receipt=receipt), contracts()
    if found and found[0].dataset in known:
        contract = known[found[0].dataset]
        if person.may_read(contract, found[0].reporter):
            return found[0], contract
    raise problem(404, "no_receipt", receipt=receipt[:32])


def the_place(cursor: str) -> int | None:
    """The number that a list's `next` carried; None at its beginning. Raises ProblemError 422."""
    if not cursor:
        return None
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 15:
        raise wrong_value("cursor", "no_place")
    return int(cursor)
