"""Every surface on which a submission's values can be seen, asked by one reader: what comes back, by its address."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.dashboard.test_app import panels

__all__ = ["files_of", "grid_of", "pages_of", "values_in"]


def pages_of(client: TestClient, receipt: str, before: str, dataset: str, period: str, measure: str) -> dict[str, str]:
    """Pages on which values of a submission or of its dataset stand."""
    addresses = (
        f"/submissions/{receipt}",
        f"/submissions/{receipt}?row=3",
        f"/submissions/{receipt}?rule=contact_phone.pattern",
        f"/submissions/{receipt}/rows",
        f"/submissions/{receipt}/rows?all=1",
        f"/submissions/{receipt}/compare",
        f"/submissions/{receipt}/compare?with={before}",
        f"/datasets/{dataset}",
        f"/datasets/{dataset}?sort=contact_name",
        f"/trace?dataset={dataset}&measure={measure}&period={period}",
        f"/quality?dataset={dataset}",
        "/",
    )
    return {address: "".join(panels(client, address).values()) for address in addresses}


def grid_of(client: TestClient, address: str) -> str:
    """What the grid of a page is filled with."""
    path, _, query = address.partition("?")
    body = {
        "output": "..grid-slot.children...grid-script.data..",
        "outputs": [{"id": "grid-slot", "property": "children"}, {"id": "grid-script", "property": "data"}],
        "inputs": [
            {"id": "address", "property": "pathname", "value": path},
            {"id": "address", "property": "search", "value": f"?{query}" if query else ""},
            {"id": "grid-ready", "property": "data", "value": True},
        ],
        "changedPropIds": ["grid-ready.data"],
    }
    answer = client.post("/_dash-update-component", json=body)
    assert answer.status_code == 200, answer.text
    return answer.text


def files_of(client: TestClient, receipt: str) -> dict[str, tuple[int, bytes]]:
    """Downloads and API answers of a submission: (status, bytes)."""
    addresses = [
        f"/submissions/{receipt}/{what}"
        for what in (
            "annotated", "file", "receipt.pdf", "findings.xlsx", "findings.csv", "findings.json", "attachments/1",
        )
    ]  # fmt: skip
    addresses += [
        f"/api/v1/submissions/{receipt}", f"/api/v1/submissions/{receipt}/verdict",
        f"/api/v1/submissions/{receipt}/receipt.pdf", "/api/v1/submissions?limit=100",
    ]  # fmt: skip
    found = {a: client.get(a, headers={"accept": "*/*"}, follow_redirects=False) for a in addresses}
    return {a: (answer.status_code, answer.content) for a, answer in found.items()}


def values_in(content: bytes) -> str:
    """The text of a download, also of a workbook, which is zipped."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
