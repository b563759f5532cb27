"""Personal values planted in what was sent: masked on every page, grid, download and answer; gone everywhere after a
purge; and nothing of it for another unit."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assets.purge import purge
from data.contract import load_contracts
from data.ledger import open_ledger
from data.person import HUB
from data.settings import REPOSITORY, settings
from pipelines.queue_worker import work_once
from tests.dashboard.surfaces import files_of, grid_of, pages_of, values_in
from tests.dashboard.test_app import panels
from tests.people import quick_hashes, signed_in

__all__ = ["quick_hashes"]

pytestmark = pytest.mark.usefixtures("quick_hashes")
NAME, PHONE, STRANGER = "Trần Thị Bí Mật", "gọi 0258.382.2001", "056099001234"
OLD = "Nguyễn Văn Kín"
SECRETS = (NAME, PHONE, STRANGER, OLD)
UNIT, OTHER = "56-SKHCN", "56-STC"


@dataclass(frozen=True)
class Hub:
    """The app, the first version (the lake has it) and the second (judged at the desk, not worked off)."""

    client: TestClient
    home: Path
    first: str
    second: str


def book(path: Path, who: str, done: int) -> Path:
    import openpyxl

    contract = load_contracts(settings().contracts)["task_progress"]
    names = ("task_code", "lead_unit", "percent_done", "status", "contact_name", "contact_phone")
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append([*(contract.column(n).title for n in names), "Số CCCD"])
    for n in range(1, 9):
        phone = PHONE if n == 1 else "0258 3822 001"
        sheet.append([f"NV-TB234-0{n}", "Sở Khoa học và Công nghệ", done, "đang thực hiện", who, phone, STRANGER])
    made.save(path)
    return path


def sent(client: TestClient, path: Path) -> str:
    """Send a workbook through the desk as its department does; gives the receipt."""
    asked = {"name": path.name, "dataset": "task_progress", "unit": UNIT, "period": "2026-10"}
    answer = client.post("/desk/upload", params=asked, content=path.read_bytes())
    assert answer.status_code == 200, answer.text
    said = client.post("/desk/send", follow_redirects=False).headers["location"]
    assert said.startswith("/submissions/"), said
    return said.removeprefix("/submissions/")


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    home = tmp_path_factory.mktemp("surfaces")
    (home / "contracts").mkdir()
    shutil.copy(REPOSITORY / "data" / "contracts" / "task_progress.odcs.yaml", home / "contracts")
    patch = pytest.MonkeyPatch()
    patch.setenv("HUB_HOME", str(home / "hub"))
    patch.setenv("HUB_CONTRACTS", str(home / "contracts"))
    settings.cache_clear()
    from dashboard.app import create_app

    with TestClient(create_app()) as client:
        clerk = signed_in(client, "department", UNIT)
        first = sent(clerk, book(home / "mot.xlsx", OLD, 10))
        work_once()
        paper = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n" + NAME.encode()
        attached = clerk.post(f"/submissions/{first}/attachments", files={"file": ("ky.pdf", paper, "application/pdf")})
        assert attached.status_code == 200
        second = sent(clerk, book(home / "hai.xlsx", NAME, 20))
        yield Hub(client, home / "hub", first, second)
    patch.undo()
    settings.cache_clear()


def told(text: str) -> list[str]:
    return [s for s in SECRETS if s in text or json.dumps(s)[1:-1] in text]


@pytest.mark.parametrize("role", ["leader", "operator", "engineer", "department"])
def test_no_surface_shows_a_personal_value_unasked(hub: Hub, role: str) -> None:
    reader = signed_in(hub.client, role, UNIT if role == "department" else "")
    leaks = []
    for receipt, other in ((hub.first, hub.second), (hub.second, hub.first)):
        pages = pages_of(reader, receipt, other, "task_progress", "2026-10", "percent_done")
        assert "NV-TB234-01" in pages[f"/submissions/{receipt}?row=3"], "the sheet is shown, its people are not"
        pages |= {f"grid {a}": grid_of(reader, a) for a in pages if "/rows" in a}
        assert "NV-TB234-01" in pages[f"grid /submissions/{receipt}/rows?all=1"]
        leaks += [(address, told(text)) for address, text in pages.items() if told(text)]
        for address, (status, content) in files_of(reader, receipt).items():
            taken = address.rpartition("/")[2]
            if (taken in {"annotated", "file", "1"} and "attachments" not in address) or address.endswith(
                "attachments/1"
            ):
                # The sheet and its paper hold everything: their own people have them, nobody else without asking.
                present = taken != "1" or receipt == hub.first
                assert status == ((200 if present else 404) if role == "department" else 403), (address, status)
                continue
            if status != 200:
                leaks.append((address, [str(status)]))
            leaks += [(address, told(values_in(content)))] if told(values_in(content)) else []
    assert leaks == []


def test_what_one_may_see_of_one_version_shows_nothing_of_another(hub: Hub) -> None:
    operator = signed_in(hub.client, "operator")
    operator.post(f"/submissions/{hub.second}/unmask", data={"reason": "gọi đầu mối sửa số"})
    assert NAME in "".join(panels(operator, f"/submissions/{hub.second}?row=3").values())
    compared = "".join(panels(operator, f"/submissions/{hub.second}/compare").values())
    assert OLD not in compared and NAME not in compared
    assert not told("".join(panels(operator, f"/submissions/{hub.first}?row=3").values()))


@pytest.mark.parametrize("role", ["department", "approver"])
def test_another_unit_gets_nothing_of_it(hub: Hub, role: str) -> None:
    reader = signed_in(hub.client, role, OTHER)
    for address, (status, content) in files_of(reader, hub.first).items():
        assert status in ({200} if "?limit" in address else {404}), (address, status)
        assert hub.first not in content.decode("utf-8", "replace") or status == 404
    for address in (f"/submissions/{hub.first}{rest}" for rest in ("", "/rows?all=1", "/compare", "?row=3")):
        shown = "".join(panels(reader, address).values())
        assert "NV-TB234" not in shown and "Khoa học và Công nghệ" not in shown, address
    assert "NV-TB234" not in grid_of(reader, f"/submissions/{hub.first}/rows?all=1")
    mine = {"unit": UNIT, "dataset": "task_progress", "period": "2026-10"}
    for address in ("/desk/template", "/api/v1/datasets/task_progress/template"):
        answer = reader.get(address, params=mine, headers={"accept": "*/*"}, follow_redirects=False)
        assert answer.status_code in {303, 403, 404}, (address, answer.status_code)
        assert not answer.content.startswith(b"PK")
    filled = "".join(panels(reader, f"/desk/fill/task_progress/2026-10?unit={UNIT}").values())
    assert "data-grid-here" not in filled
    assert "AgGrid" not in grid_of(reader, f"/desk/fill/task_progress/2026-10?unit={UNIT}")
    for deed in ("withdraw", "correct", "apply", "rows", "confirm", "approve", "return", "explain", "attachments"):
        data = {"reason": "không phải của tôi", "row": "2", "column": "percent_done", "rule": "x", "text": "thử"}
        answer = reader.post(f"/submissions/{hub.first}/{deed}", data=data, follow_redirects=False)
        assert answer.status_code in {403, 404, 422}, (deed, answer.status_code)
    rows = {"unit": UNIT, "dataset": "task_progress", "period": "2026-10"}
    if role == "department":
        assert reader.post("/desk/draft", json={**rows, "rows": []}).status_code == 422
        refused = reader.post("/api/v1/submissions", json={**rows, "nil": True})
        assert refused.status_code == 403 and refused.json()["code"] == "not_yours"
    with open_ledger() as ledger:
        kinds = {e.kind for s in ledger.submissions() for e in ledger.events(s.submission_id)}
        assert len(ledger.submissions()) == 2 and not kinds & {"withdrawn", "corrected", "approved"}


def holding(home: Path) -> list[str]:
    """Files of the home in which a secret stands: as text, packed by gzip, in Parquet, or in a workbook."""
    import polars as pl

    found = []
    for path in sorted(p for p in home.rglob("*") if p.is_file()):
        texts = [path.read_bytes()]
        if path.suffix == ".gz":
            texts.append(gzip.decompress(texts[0]))
        if path.suffix == ".parquet":
            texts.append(pl.read_parquet(path).write_ndjson().encode())
        if texts[0].startswith(b"PK"):
            texts.append(values_in(texts[0]).encode())
        plain = [t for s in SECRETS for t in (s.encode(), json.dumps(s)[1:-1].encode())]
        if any(secret in text for text in texts for secret in plain):
            found.append(str(path.relative_to(home)))
    return found


def test_a_purge_leaves_a_tombstone_and_no_trace(hub: Hub) -> None:
    """Last of this file: it takes both versions out."""
    clerk = signed_in(hub.client, "department", UNIT)
    item = {"dataset": "task_progress", "period": "2026-10", "unit": UNIT}
    assert clerk.post("/desk/draft", json={**item, "rows": [{"contact_name": NAME}]}).status_code == 204
    waiting = clerk.post(
        "/desk/upload", params={"name": f"{NAME}.xlsx"}, content=(hub.home.parent / "hai.xlsx").read_bytes()
    )
    assert waiting.status_code == 200
    clerk.post(f"/submissions/{hub.first}/explain", data={"rule": "contact_phone.pattern", "text": f"{NAME} xác nhận"})
    places = {p.split("/")[0] for p in holding(hub.home)}
    assert {"landing", "verdicts", "uploads", "drafts", "lake"} <= places
    assert any(p.startswith("ledger.sqlite") for p in holding(hub.home)), "the explanation quotes a name"
    registry = load_contracts(settings().contracts)
    with open_ledger() as ledger:
        for receipt in (hub.first, hub.second):
            done = purge(ledger, registry, HUB, ledger.submissions(receipt=receipt)[0], "gửi nhầm dữ liệu cá nhân")
            assert done.left == () and done.shared_with == ()
    assert holding(hub.home) == []
    for role, unit in (("department", UNIT), ("leader", ""), ("administrator", "")):
        reader = signed_in(hub.client, role, unit)
        for receipt in (hub.first, hub.second):
            page = "".join(panels(reader, f"/submissions/{receipt}").values())
            assert "Đã gỡ bỏ khỏi trung tâm" in page and "gửi nhầm dữ liệu cá nhân" in page and receipt in page
            assert ("/admin/audit" in page.replace("&#x2F;", "/")) == (role == "administrator")
            for rest in ("/rows?all=1", "/compare", "/rows"):
                shown = "".join(panels(reader, f"/submissions/{receipt}{rest}").values())
                assert "Không lấy được số liệu" not in shown and not told(shown)
            for address, (status, content) in files_of(reader, receipt).items():
                assert status < 500 and not told(values_in(content)), address
            gone = reader.get(f"/api/v1/submissions/{receipt}/verdict")
            assert gone.status_code == 410 and gone.json()["code"] == "purged"
            assert reader.get(f"/api/v1/submissions/{receipt}").json()["state"]["code"] == "withdrawn"
    assert holding(hub.home) == [], "looking at what is left brings nothing back"
