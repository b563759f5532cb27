"""docs/api.md cannot fall behind: every route with its example, and every status, stands in it."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from data.settings import REPOSITORY

GUIDE = (REPOSITORY / "docs" / "api.md").read_text(encoding="utf-8")


@pytest.fixture
def paths(api: TestClient) -> dict[str, dict[str, dict[str, object]]]:
    found: dict[str, dict[str, dict[str, object]]] = api.get("/api/v1/openapi.json").json()["paths"]
    return found


def test_every_route_stands_in_both_parts_of_the_guide(paths: dict[str, dict[str, dict[str, object]]]) -> None:
    vi, _, en = GUIDE.partition("# English")
    for path, operations in paths.items():
        plain = path.removeprefix("/api/v1")
        example = re.escape(plain).replace(r"\{dataset\}", r"\w+").replace(r"\{receipt\}", r"[\d-]+")
        assert re.search(rf"\$HUB{example}[\"?]", vi), f"no curl example of {plain}"
        for method in operations:
            assert f"`{method.upper()} {plain}" in en, (method, plain)


def test_every_status_that_the_api_answers_with_is_explained(paths: dict[str, dict[str, dict[str, object]]]) -> None:
    statuses = {s for ops in paths.values() for o in ops.values() for s in o["responses"]}  # type: ignore[attr-defined]
    missing = [s for s in sorted(statuses - {"200", "500"}) if s not in GUIDE]
    assert missing == []
