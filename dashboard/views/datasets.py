"""The contracts as pages read them: titles by dataset, and which identifiers exist at all."""

from __future__ import annotations

from data.contract import Contract, ContractRegistry, load_contracts
from data.settings import settings

__all__ = ["contract", "contracts", "dataset_title"]


def contracts() -> ContractRegistry:
    """Every contract, parsed once for each state of its file."""
    return load_contracts(settings().contracts)


def contract(dataset: str) -> Contract | None:
    """The contract of that name; None for a name that no contract has, so that no other name reaches a query."""
    known = contracts()
    # Asking the registry for a name that it does not have raises, and says which it has.
    return known[dataset] if dataset in known else None  # noqa: SIM401


def dataset_title(dataset: str, code: str = "vi") -> str:
    """The dataset's title in the reader's language; a dataset without a contract keeps its name."""
    found = contract(dataset)
    if found is None:
        return dataset
    return found.title_en if code == "en" else found.title
