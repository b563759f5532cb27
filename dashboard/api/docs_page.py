"""The API's readable page: built from the specification in our own markup, so that nothing comes from elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from dashboard.api.specification import example_of, operations
from dashboard.components.markup import Node, Safe, el
from dashboard.language import Language, catalogue
from dashboard.static_files import plain_page
from data.settings import settings

__all__ = ["docs_page"]

_Schema = Mapping[str, Any]


def docs_page(words: Language, made: Mapping[str, Any]) -> str:
    """The page in the reader's language."""
    listed = list(operations(dict(made)))
    schemas = made["components"]["schemas"]
    return plain_page(
        words,
        words("api.title"),
        el(
            "main",
            el(
                "header",
                el("h1", words("api.title")),
                el("p", words("api.about"), class_="muted"),
                el(
                    "p",
                    el("a", words("api.docs.specification"), href=f"/api/v1/openapi.json?lang={words.code}"),
                    " · ",
                    [_language_link(code, words) for code in ("vi", "en") if code != words.code],
                ),
            ),
            _contents(words, listed),
            _start(words),
            [_operation(words, *o, schemas) for o in listed],
            el("h2", words("api.docs.schemas"), id="schemas"),
            [_schema(words, name, schemas[name]) for name in sorted(schemas)],
            _problems(words),
            class_="api-docs",
        ),
    )


def _language_link(code: str, words: Language) -> Safe:
    return el("a", words(f"language.{code}"), href=f"/api/v1/docs?lang={code}", hreflang=code)


def _contents(words: Language, listed: list[tuple[str, str, dict[str, Any]]]) -> Safe:
    links = [
        el("li", el("a", _method(method), " ", el("code", path), href=f"#{o['operationId']}"), " ", o["summary"])
        for method, path, o in listed
    ]
    return el("nav", el("ul", links), class_="panel", aria_label=words("api.docs.contents"))


def _start(words: Language) -> Safe:
    shown = (
        "curl -H 'Authorization: Bearer hub_…' -H 'Idempotency-Key: 8e03978e-40d5-43e8' \\\n"
        "  -F dataset=lodging_guests -F unit=56-SVHTTDL -F period=2026-10 \\\n"
        "  -F file=@khach_luu_tru_T10.xlsx 'https://…/api/v1/submissions?wait=10'"
    )
    chosen = settings()
    return el(
        "section",
        el("h2", words("api.docs.start")),
        el("ol", [el("li", words(f"api.docs.start_{n}")) for n in (1, 2, 3)]),
        el("pre", el("code", shown), tabindex="0"),
        el("h3", words("api.docs.limits")),
        el("p", words("api.docs.limits_about", read=chosen.api_limit, send=chosen.api_send_limit)),
        class_="panel",
    )


def _method(method: str) -> Safe:
    return el("span", method.upper(), class_=f"method {method}")


def _operation(words: Language, method: str, path: str, operation: dict[str, Any], schemas: _Schema) -> Safe:
    return el(
        "section",
        el("h2", _method(method), " ", el("code", path), " ", el("small", operation["summary"], class_="muted")),
        el("p", operation["description"]),
        _parameters(words, operation.get("parameters", [])),
        _body(words, operation.get("requestBody"), schemas),
        _answers(words, operation["responses"], schemas),
        id=operation["operationId"],
        class_="panel",
    )


def _table(head: list[str], rows: list[Safe]) -> Safe:
    return el(
        "div",
        el("table", el("thead", el("tr", [el("th", h, scope="col") for h in head])), el("tbody", rows)),
        class_="wide",
    )


def _parameters(words: Language, given: list[dict[str, Any]]) -> Node:
    if not given:
        return None
    rows = [
        el(
            "tr",
            el("th", el("code", p["name"]), scope="row"),
            el("td", p["in"], el("span", " · ", words("api.docs.needed")) if p.get("required") else None),
            el("td", _type(p["schema"])),
            el("td", p["description"]),
        )
        for p in given
    ]
    head = [words(f"api.docs.{k}") for k in ("parameter", "place", "type", "meaning")]
    return [el("h3", words("api.docs.parameters")), _table(head, rows)]


def _type(schema: _Schema) -> Node:
    """A schema's type in a few words, linked where it is a model."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return el("a", name, href=f"#schema-{name}")
    if "anyOf" in schema:
        parts = [_type(s) for s in schema["anyOf"]]
        return [part if n == 0 else [" | ", part] for n, part in enumerate(parts)]
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return ["[", _type(schema.get("items", {})), "]"]
    if isinstance(schema.get("additionalProperties"), dict):
        return ["{… : ", _type(schema["additionalProperties"]), "}"]
    form = schema.get("format")
    return f"{schema.get('type', '')}{f' ({form})' if form else ''}"


def _shown(value: Any) -> Safe:
    return el("pre", el("code", json.dumps(value, ensure_ascii=False, indent=2)), tabindex="0")


def _body(words: Language, body: dict[str, Any] | None, schemas: _Schema) -> Node:
    if body is None:
        return None
    parts: list[Node] = [el("h3", words("api.docs.body"))]
    for kind, content in body["content"].items():
        schema = content["schema"]
        parts.append(el("p", el("code", kind), " ", _type(schema) if "$ref" in schema else None))
        if "properties" in schema:
            needed = schema.get("required", [])
            parts.append(_fields(words, schema["properties"], needed))
        parts.append(_folded(words, content.get("example") or example_of(schema, schemas)))
    return parts


def _folded(words: Language, value: Any) -> Safe:
    return el("details", el("summary", words("api.docs.example")), _shown(value))


def _answers(words: Language, answers: Mapping[str, Any], schemas: _Schema) -> Safe:
    shown: list[Safe] = []
    for status, answer in answers.items():
        contents = answer.get("content", {})
        types = [
            el("span", el("code", kind), " ", _type(c["schema"]) if "$ref" in c.get("schema", {}) else None)
            for kind, c in contents.items()
        ]
        example: Node = None
        if status.startswith("2"):
            example = [_folded(words, example_of(c["schema"], schemas)) for c in contents.values() if c.get("schema")]
        shown.append(el("tr", el("th", status, scope="row"), el("td", answer["description"], example), el("td", types)))
    return el(
        "div",
        el("h3", words("api.docs.answers")),
        _table([words("api.docs.status"), words("api.docs.meaning"), words("api.docs.type")], shown),
    )


def _fields(words: Language, properties: _Schema, needed: list[str]) -> Safe:
    rows = [
        el(
            "tr",
            el("th", el("code", name), scope="row"),
            el("td", _type(field), el("span", " · ", words("api.docs.needed")) if name in needed else None),
            el("td", field.get("description") or _meaning(words, name)),
        )
        for name, field in properties.items()
    ]
    return _table([words(f"api.docs.{k}") for k in ("field", "type", "meaning")], rows)


def _meaning(words: Language, name: str) -> str:
    for part in ("parameter", "field"):
        if words.has(key := f"api.{part}.{name}"):
            return words(key)
    return ""


def _schema(words: Language, name: str, schema: _Schema) -> Safe:
    return el(
        "section",
        el("h3", name, id=f"schema-{name}"),
        _fields(words, schema.get("properties", {}), []),
        class_="panel",
    )


def _problems(words: Language) -> Safe:
    codes = sorted({key.split(".")[2] for key in catalogue("vi") if key.startswith("api.problem.")})
    rows = [
        el(
            "tr",
            el("th", el("code", code), scope="row", id=code),
            el("td", words(f"api.problem.{code}.title")),
            el("td", re.sub(r"{\w+}", "…", words(f"api.problem.{code}.detail"))),
        )
        for code in codes
    ]
    head = [words("api.docs.code"), words("api.docs.field"), words("api.docs.meaning")]
    return el("section", el("h2", words("api.docs.problems")), _table(head, rows), class_="panel")
