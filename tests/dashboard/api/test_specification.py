"""The served specification is true: what it promises is what the API answers (schemathesis), in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from dashboard.api.specification import operations
from tests.dashboard.api.conftest import UNIT, token


def served(client: TestClient, lang: str = "vi") -> dict[str, Any]:
    made: dict[str, Any] = client.get(f"/api/v1/openapi.json?lang={lang}").json()
    return made


OPERATIONS = [
    ("GET", "/api/v1/obligations"),
    ("GET", "/api/v1/datasets"),
    ("GET", "/api/v1/datasets/{dataset}"),
    ("GET", "/api/v1/datasets/{dataset}/template"),
    ("POST", "/api/v1/submissions"),
    ("GET", "/api/v1/submissions"),
    ("GET", "/api/v1/submissions/{receipt}"),
    ("GET", "/api/v1/submissions/{receipt}/verdict"),
    ("GET", "/api/v1/submissions/{receipt}/receipt.pdf"),
]


@pytest.fixture(scope="module")
def schema(started: TestClient) -> Any:
    async def running(scope: Any, receive: Any, send: Any) -> None:
        """The app as it runs already: schemathesis would start and stop it around every request."""
        if scope["type"] != "lifespan":
            await started.app(scope, receive, send)
            return
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})

    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", running)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_the_api_answers_as_it_promises(hub: Path, schema: Any, method: str, path: str, mode: GenerationMode) -> None:
    """Made-up requests, right and wrong in form: every answer has a status, type, header and body that is promised."""
    operation, who = schema[path][method], token("department", UNIT)

    few = 4 if path.endswith(("template", ".pdf")) else 10

    @settings(max_examples=few, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    @given(case=operation.as_strategy(generation_mode=mode))
    def asked(case: Any) -> None:
        if method == "POST":
            case.query = {**(case.query or {}), "wait": 0}
        case.call_and_validate(headers=who, timeout=60, excluded_checks=[positive_data_acceptance])

    asked()


def test_anybody_may_read_the_specification(hub: Path, started: TestClient) -> None:
    made = served(started)
    assert made["openapi"].startswith("3.1")
    assert [(m.upper(), p) for m, p, _ in operations(made)] == OPERATIONS
    assert "http" not in re.sub(r'"(scheme|type)": "http"', "", str(made)).replace("'http'", "")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_operation_parameter_and_field_is_explained(hub: Path, started: TestClient, lang: str) -> None:
    made = served(started, lang)
    for method, path, operation in operations(made):
        assert operation["summary"] and operation["description"], (method, path)
        assert all(p["description"] for p in operation.get("parameters", []))
        assert all(a["description"] for a in operation["responses"].values())
    bare = [
        f"{name}.{field}"
        for name, model in made["components"]["schemas"].items()
        for field, shape in model.get("properties", {}).items()
        if not shape.get("description")
    ]
    assert bare == []


def test_models_carry_examples_that_fit_them(hub: Path, started: TestClient) -> None:
    from jsonschema import Draft202012Validator

    made = served(started)
    schemas = made["components"]["schemas"]
    seen = 0
    for name, model in schemas.items():
        for example in model.get("examples", []):
            seen += 1
            whole = {**model, "components": made["components"]}
            errors = [e.message for e in Draft202012Validator(whole).iter_errors(example)]
            assert errors == [], name
    assert seen >= 9


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_readable_page_stands_alone(api: TestClient, lang: str) -> None:
    page = api.get(f"/api/v1/docs?lang={lang}")
    assert page.status_code == 200 and f'lang="{lang}"' in page.text
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert links and all(link.startswith(("/", "#")) for link in links)
    names = set(re.findall(r' id="([^"]+)"', page.text))
    assert {link[1:] for link in links if link.startswith("#")} <= names
    for method, path, operation in operations(served(api, lang)):
        assert path in page.text and operation["summary"] in page.text and method.upper() in page.text
