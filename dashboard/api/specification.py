"""The API's specification (OpenAPI 3.1): made from the routes and models, its words from the message catalogues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from checks.finding import Verdict
from dashboard.api import models
from dashboard.api.models import RowsToSend
from dashboard.api.problem import Problem
from dashboard.language import Language, language
from dashboard.sign_in.identity import COOKIE

__all__ = ["example_of", "operations", "specification"]

_PROBLEM = "application/problem+json"
_REFS = "#/components/schemas/{model}"
_ALWAYS = ("401", "403", "422", "429", "500", "503")
"""What any operation may answer with."""
_RATE_HEADERS = {
    "RateLimit-Policy": {"schema": {"type": "string"}},
    "RateLimit": {"schema": {"type": "string"}},
}


def specification(code: str, routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """The specification in that language."""
    words = language(code)
    made = get_openapi(
        title=words("api.title"),
        version="1.0.0",
        openapi_version="3.1.0",
        description=words("api.about"),
        routes=routes,
        tags=[{"name": n, "description": words(f"api.tag.{n}")} for n in ("obligations", "datasets", "submissions")],
        separate_input_output_schemas=False,
    )
    made["servers"] = [{"url": "/"}]
    made["security"] = [{"token": []}, {"session": []}]
    components = made["components"]
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": words("api.security.token")},
        "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": words("api.security.session")},
    }
    schemas = components["schemas"]
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    for model in (RowsToSend, Problem):
        own = model.model_json_schema(ref_template=_REFS)
        schemas.update(own.pop("$defs", {}))
        schemas[model.__name__] = own
    for schema in schemas.values():
        _explain(schema, words)
    for name, schema in schemas.items():
        _exemplify(name, schema, schemas)
    for _, _, operation in operations(made):
        _finish(operation, words)
    return made


def operations(made: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(method, path, operation) of every operation of a specification."""
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def _explain(schema: dict[str, Any], words: Language) -> None:
    """Give each field its meaning, and take away what pydantic writes for itself."""
    for name, field in schema.get("properties", {}).items():
        field.pop("title", None)
        if words.has(key := f"api.field.{name}"):
            field["description"] = words(key)


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """An example of the schema: its own, else one made of its parts' examples."""
    if "$ref" in schema:
        return example_of(schemas[str(schema["$ref"]).rpartition("/")[2]], schemas)
    if schema.get("examples"):
        return schema["examples"][0]
    if "properties" in schema:
        return {name: example_of(field, schemas) for name, field in schema["properties"].items()}
    if schema.get("type") == "array":
        made = example_of(schema.get("items", {}), schemas)
        return [] if made is None else [made]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], schemas)
    return {"integer": 0, "number": 0, "string": "…", "boolean": False}.get(str(schema.get("type")))


def _exemplify(name: str, schema: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Give each model its example whole: on the way here FastAPI left nulls out."""
    own: Any = getattr(models, name, None) or {"Problem": Problem, "Verdict": Verdict}.get(name)
    if own is Verdict:
        schema["examples"] = [models.VERDICT_EXAMPLE]
    elif own is not None and (config := own.model_config.get("json_schema_extra")):
        schema["examples"] = config["examples"]
    elif not schema.get("examples"):
        schema["examples"] = [example_of(schema, schemas)]


def _finish(operation: dict[str, Any], words: Language) -> None:
    # FastAPI's own identifier carries the path and method; the function's name is enough and easier to call.
    name = operation["operationId"] = operation["operationId"].partition("_api_v1")[0]
    operation["summary"] = words(f"api.operation.{name}.summary")
    operation["description"] = words(f"api.operation.{name}.about")
    for parameter in operation.get("parameters", []):
        key = f"api.parameter.{parameter['name'].lower().replace('-', '_')}"
        parameter["description"] = words(key)
        parameter["schema"].pop("title", None)
        _bare(parameter)
    answers = operation["responses"]
    for status in _ALWAYS:
        answers[status] = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for status, answer in answers.items():
        answer["description"] = words(f"api.answer.{status}")
        if status.startswith(("4", "5")):
            answer["content"] = {_PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
            if status == "401":
                answer["content"] = {_PROBLEM: {"schema": {"type": "object", "required": ["status", "title"]}}}
        if status in {"202", "429", "503"}:
            answer.setdefault("headers", {})["Retry-After"] = {"schema": {"type": "string"}}
        if status not in {"401", "403"}:
            answer.setdefault("headers", {}).update(_RATE_HEADERS)
    operation["responses"] = dict(sorted(answers.items()))


def _bare(parameter: dict[str, Any]) -> None:
    """A parameter that may be left out is not one that may be null: an address has no null."""
    schema = parameter["schema"]
    kinds = [k for k in schema.get("anyOf", []) if k.get("type") != "null"]
    if len(kinds) == 1:
        schema.pop("anyOf")
        schema.update(kinds[0])
