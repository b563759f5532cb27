"""Personal data is masked for everybody, shown for a while to whoever may see it and says why; the audit knows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from assets.receive import Incoming, receive
from checks.finding import Counts, Finding, Suggestion, Verdict
from dashboard.privacy import MASK, masked, masked_verdict, may_have_file
from data.audit import entries, verify
from data.contract import Contract, load_contracts
from data.ledger import open_ledger
from data.period import Period
from data.person import Person
from data.settings import REPOSITORY, settings
from pipelines.queue_worker import work_once
from tests.dashboard.test_app import panels
from tests.people import signed_in

NAME, PHONE, STRANGER = "Trần Thị Bí Mật", "0258 3822 001", "056099001234"
UNIT = "56-SKHCN"
Hub = tuple[TestClient, str]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub of one dataset with personal columns, one submission in it, and the app over it."""
    home = tmp_path_factory.mktemp("privacy")
    (home / "contracts").mkdir()
    shutil.copy(REPOSITORY / "data" / "contracts" / "task_progress.odcs.yaml", home / "contracts")
    patch = pytest.MonkeyPatch()
    patch.setenv("HUB_HOME", str(home / "hub"))
    patch.setenv("HUB_CONTRACTS", str(home / "contracts"))
    settings.cache_clear()
    contract = the_contract()
    names = ("task_code", "lead_unit", "percent_done", "status", "contact_name", "contact_phone")
    lines = [";".join([*(contract.column(n).title for n in names), "Số CCCD", "Ghi chú thêm"])]
    lines += [
        f"NV-TB234-0{n};Sở Khoa học và Công nghệ;{n}0;đang thực hiện;{NAME};{PHONE};{STRANGER};bình thường"
        for n in range(1, 5)
    ]
    path = home / "tien_do.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with open_ledger() as ledger:
        receipt = receive(ledger, [Incoming(contract, UNIT, Period.parse("2026-10"), path)])[0].receipt
    work_once()
    from dashboard.app import create_app

    with TestClient(create_app()) as client:
        yield client, receipt
    patch.undo()
    settings.cache_clear()


def the_contract() -> Contract:
    return load_contracts(settings().contracts)["task_progress"]


def shown(client: TestClient, address: str) -> str:
    return "".join(panels(client, address).values())


def ask_to_see(client: TestClient, receipt: str, reason: str) -> str:
    """Press the button; gives where one is sent to, or the status where one is refused."""
    answer = client.post(f"/submissions/{receipt}/unmask", data={"reason": reason}, follow_redirects=False)
    return answer.headers.get("location", str(answer.status_code))


@pytest.mark.parametrize("role", ["department", "approver", "operator", "leader", "engineer", "administrator"])
def test_nobody_sees_personal_values_without_asking(hub: Hub, role: str) -> None:
    client, receipt = hub
    reader = signed_in(client, role, UNIT if role in {"department", "approver"} else "")
    page = shown(reader, f"/submissions/{receipt}?row=3")
    assert "NV-TB234-02" in page and "bình thường" in page and MASK in page
    for secret in (NAME, PHONE, STRANGER):
        assert secret not in page


@pytest.mark.parametrize("role", ["leader", "engineer", "administrator"])
def test_roles_that_do_not_need_them_cannot_ask(hub: Hub, role: str) -> None:
    client, receipt = hub
    asked = signed_in(client, role)
    assert "/unmask" not in shown(asked, f"/submissions/{receipt}?row=3")
    assert ask_to_see(asked, receipt, "tôi muốn xem") == "403"
    assert NAME not in shown(asked, f"/submissions/{receipt}?row=3")


def test_whoever_may_sees_them_for_a_while_and_the_audit_has_it(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    client, receipt = hub
    operator = signed_in(client, "operator")
    assert ask_to_see(operator, receipt, "  ") == f"/submissions/{receipt}?said=unmask.reason"
    assert NAME not in shown(operator, f"/submissions/{receipt}?row=3")
    assert ask_to_see(operator, receipt, "gọi đầu mối sửa số") == f"/submissions/{receipt}"
    page = shown(operator, f"/submissions/{receipt}?row=3")
    assert NAME in page and PHONE in page
    with open_ledger() as ledger:
        entry = entries(ledger, action="personal.unmask")[0]
        assert entry.actor == "operator.x" and entry.object == f"submission:{receipt}"
        assert entry.detail["reason"] == "gọi đầu mối sửa số" and entry.address
        assert verify(ledger) is None
    other = signed_in(client, "leader")
    assert NAME not in shown(other, f"/submissions/{receipt}?row=3"), "it is shown to one person"
    monkeypatch.setattr("dashboard.privacy.SHOWN_FOR", timedelta(0))
    again = signed_in(client, "operator")
    assert NAME not in shown(again, f"/submissions/{receipt}?row=3"), "and for a while"


def test_a_unit_asks_for_what_it_sent_and_for_nothing_else(hub: Hub) -> None:
    client, receipt = hub
    assert ask_to_see(signed_in(client, "department", "56-STC"), receipt, "muốn xem") == f"/submissions/{receipt}"
    with open_ledger() as ledger:
        assert not entries(ledger, action="personal.unmask", actor="department.56-stc")
    own = signed_in(client, "department", UNIT)
    ask_to_see(own, receipt, "sửa số điện thoại")
    assert PHONE in shown(own, f"/submissions/{receipt}?row=3")


def test_the_datasets_page_never_shows_them(hub: Hub) -> None:
    client, _ = hub
    for role in ("operator", "leader"):
        page = shown(signed_in(client, role), "/datasets/task_progress")
        assert MASK in page and NAME not in page and PHONE not in page


def test_units_that_read_a_dataset_are_counted_on_its_page(hub: Hub) -> None:
    client, _ = hub
    assert "chưa có đơn vị nào" in shown(signed_in(client, "engineer"), "/datasets/task_progress")
    page = shown(signed_in(client, "leader", "56-STC"), "/datasets/task_progress")
    assert "1 đơn vị trong 30 ngày" in page


def test_masking_leaves_no_value_in_a_finding(hub: Hub) -> None:
    found = Finding(
        "contact_phone.pattern", "row", "dung", "error", "S", 2, "contact_phone", "F2", PHONE, "0…",
        Suggestion("02583822001", "0258 3822001"), f"“{PHONE}” nên là 0258 3822001", f"{PHONE} → 02583822001",
    )  # fmt: skip
    hidden = frozenset({"contact_phone"})
    verdict = Verdict("f", "d", "u", "p", "1", "rejected", Counts(1, 0, 1), findings=(found,))
    said = str(masked_verdict(verdict, the_contract(), hidden).to_json())
    assert PHONE not in said and "02583822001" not in said and "0258 3822001" not in said and MASK in said
    assert masked_verdict(verdict, the_contract(), frozenset()) is verdict


def test_who_may_take_the_sheet_away(hub: Hub) -> None:
    contract, (_, receipt) = the_contract(), hub
    clerk = Person(1, "nobody.yet", "C", "department", UNIT)
    leader, operator = Person(2, "l", "L", "leader"), Person(3, "o", "O", "operator")
    assert may_have_file(contract, clerk, UNIT, receipt)
    assert not may_have_file(contract, leader, UNIT, receipt) and not may_have_file(contract, operator, UNIT, receipt)
    assert masked(contract, clerk, UNIT) == {"contact_name", "contact_phone"}
    narrow = Person(4, "t", "T", "operator", scope=frozenset({"read.all"}))
    assert masked(contract, narrow, UNIT, receipt=receipt), "a token without the scope sees nothing more"
