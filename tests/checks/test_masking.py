"""Values of personal columns leave no finding, whatever rule came upon them and whichever column it stands at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from assets.check_file import check_file
from checks.finding import Finding, Suggestion
from checks.masking import MASK, Masking
from data.contract import Contract, load_contracts
from data.period import Period
from data.settings import REPOSITORY

NAME, PHONE = "Trần Thị Bí Mật", "0258 3822 001"
HIDDEN = frozenset({"contact_name", "contact_phone"})


def rule(name: str, kind: str, column: str | None, query: str, message: str) -> dict[str, Any]:
    own = {"principle": "thong_nhat", "kind": kind, "message_vi": message, "message_en": message} | (
        {"column": column} if column else {}
    )
    return {
        "id": name, "name": name, "type": "sql", "dimension": "consistency", "severity": "warning", "mustBe": 0,
        "query": query, "customProperties": [{"property": k, "value": v} for k, v in own.items()],
    }  # fmt: skip


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    """Task progress with rules that quote personal columns though they stand at others, or at none."""
    source = yaml.safe_load((REPOSITORY / "data/contracts/task_progress.odcs.yaml").read_text(encoding="utf-8"))
    source["schema"][0]["quality"] += [
        rule("at_other", "row", "result", "SELECT count(*) FROM task_progress WHERE contact_name IS NOT NULL",
             "Nhiệm vụ {task_code} do {contact_name} làm"),
        rule("at_none", "row", None, "SELECT count(*) FROM task_progress WHERE contact_phone IS NOT NULL",
             "Gọi {contact_phone}"),
        rule("of_a_set", "set", "task_code",
             "SELECT count(*) FROM task_progress QUALIFY count(*) OVER (PARTITION BY contact_name) > 1",
             "{task_code}: lặp lại {contact_name}"),
    ]  # fmt: skip
    path = tmp_path / "contracts" / "task_progress.odcs.yaml"
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(source, allow_unicode=True), encoding="utf-8")
    return load_contracts(path.parent)["task_progress"]


@pytest.mark.usefixtures("hub_home")
def test_no_rule_of_any_kind_gives_a_personal_value_away(contract: Contract, tmp_path: Path) -> None:
    names = ("task_code", "lead_unit", "percent_done", "status", "contact_name", "contact_phone")
    lines = [";".join(contract.column(n).title for n in names)]
    lines += [f"NV-TB234-0{n};Sở Tài chính;{n}0;đang thực hiện;{NAME};gọi {PHONE}" for n in (1, 2)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    _, verdict = check_file(path, contract, {contract.id: contract}, "56-STC", Period.parse("2026-10"))  # type: ignore[arg-type]
    found = {f.rule for f in verdict.findings}
    assert {"at_other", "at_none", "of_a_set", "contact_phone.pattern"} <= found, verdict.findings
    said = str(verdict.findings)
    assert NAME in said and PHONE in said, "the sender's own check tells everything"
    mask = Masking(contract, HIDDEN)
    masked = [mask(f) for f in verdict.findings]
    assert NAME not in str(masked) and PHONE not in str(masked)
    messages = {f.message_vi for f in masked}
    assert f"Nhiệm vụ NV-TB234-01 do {MASK} làm" in messages, "what is not personal stays"
    assert [f.cell for f in masked] == [f.cell for f in verdict.findings]


def test_a_message_in_other_words_keeps_no_value_either(contract: Contract) -> None:
    other = Finding(
        "at_other", "row", "thong_nhat", "warning", "S", 2, "result", "K2", "xong", None, None, f"{NAME} đã làm", NAME
    )
    assert NAME not in str(Masking(contract, HIDDEN)(other))


def test_suggestions_and_expected_values_go_too(contract: Contract) -> None:
    found = Finding(
        "contact_phone.pattern", "row", "dung", "error", "S", 2, "contact_phone", "F2", PHONE, "0…",
        Suggestion("02583822001", "0258 3822001"), f"“{PHONE}” nên là 0258 3822001", f"{PHONE} → 02583822001",
    )  # fmt: skip
    said = str(Masking(contract, HIDDEN)(found))
    assert not any(text in said for text in (PHONE, "02583822001", "0258 3822001", "0…")) and MASK in said


def test_where_nothing_is_hidden_findings_stay_as_they_are(contract: Contract) -> None:
    found = Finding(
        "contact_phone.pattern", "row", "dung", "error", "S", 2, "contact_phone", "F2", PHONE, None, None, PHONE, PHONE
    )
    assert Masking(contract, frozenset())(found) is found
    assert Masking(contract, frozenset({"contact_name"}))(found) is found
