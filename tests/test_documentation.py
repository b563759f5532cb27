"""Documentation cannot fall behind: every command, setting and contract key is named where people look for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "contracts.md").read_text(encoding="utf-8")


def verbs() -> list[str]:
    return sorted(p.stem.replace("_", "-") for p in (ROOT / "pipelines" / "verbs").glob("[a-z]*.py"))


@pytest.mark.parametrize("verb", verbs())
def test_every_command_stands_in_the_readme(verb: str) -> None:
    assert f"hub {verb}" in README


def test_every_setting_stands_in_the_readme() -> None:
    from data.settings import Settings

    missing = [name for name in Settings.model_fields if f"HUB_{name.upper()}" not in README]
    assert missing == []


def test_every_contract_property_in_use_stands_in_the_guide() -> None:
    import yaml

    used: set[str] = set()
    for path in (ROOT / "data" / "contracts").glob("*.odcs.yaml"):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        used |= {p["property"] for p in document.get("customProperties", [])}
    assert sorted(name for name in used if f"`{name}`" not in GUIDE) == []


def test_every_rule_that_follows_by_itself_stands_in_the_guide() -> None:
    import yaml

    families = {key.partition(".")[0] for key in yaml.safe_load((ROOT / "checks" / "messages.yaml").read_text("utf-8"))}
    assert sorted(f for f in families if f not in GUIDE) == []


def test_every_file_named_in_the_readme_is_there() -> None:
    names = re.findall(r"\]\(([^)#]+)\)", README)
    assert [n for n in names if not n.startswith("http") and not (ROOT / n).exists()] == []
