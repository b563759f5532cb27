"""Data Docs of our own: validation results as plain pages that ask no other server for anything.

Great Expectations' own pages load a dozen files from elsewhere and tell a stranger the context's identity.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from checks.suite.checkpoint import history_folder
from data.settings import settings

__all__ = ["docs_folder", "write_pages"]

_STYLE = """
:root{color-scheme:light dark;--line:#8884;--good:#15803d;--bad:#b91c1c;--warn:#a16207}
@media(prefers-color-scheme:dark){:root{--good:#4ade80;--bad:#f87171;--warn:#facc15}}
body{font:15px/1.5 "Be Vietnam Pro",system-ui,sans-serif;margin:2rem auto;max-width:76rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--line);
vertical-align:top}td.n{text-align:right;font-variant-numeric:tabular-nums}code{font-size:.85em;word-break:break-word}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}small{opacity:.7}
"""


def docs_folder() -> Path:
    """Where the pages lie."""
    return settings().home / "data_docs"


def _page(title: str, body: str, up: str | None = None) -> str:
    back = f'<p><a href="{up}">← Tất cả / all</a></p>' if up else ""
    return (
        '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body>{back}"
        f"<h1>{html.escape(title)}</h1>{body}</body></html>"
    )


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    top = "".join(f"<th>{html.escape(h)}</th>" for h in head)
    lines = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table>"


def _cell(text: object, kind: str = "") -> str:
    return f'<td class="{kind}">{html.escape(str(text))}</td>' if kind else f"<td>{html.escape(str(text))}</td>"


def _mark(met: bool, severity: str = "error") -> str:
    if met:
        return '<td class="good">● đạt</td>'
    return '<td class="bad">■ không đạt</td>' if severity == "error" else '<td class="warn">▲ cảnh báo</td>'


def _expectation_row(result: dict[str, Any]) -> list[str]:
    meta = result["expectation_config"]["meta"]
    kwargs = result["expectation_config"]["kwargs"]
    found = result.get("result") or {}
    rows = (found.get("details") or {}).get("rows") or []
    named = ", ".join("/".join(str(part) for part in row) for row in rows[:20]) + (" …" if len(rows) > 20 else "")
    asked = html.escape(str(kwargs.get("violation") or kwargs.get("query") or ""))
    return [
        _mark(bool(result["success"]), meta["severity"]),
        f"<td><b>{html.escape(meta['name'])}</b><br><small>{html.escape(meta['rule'])} · {html.escape(meta['kind'])}"
        f" · {html.escape(meta['principle'])}</small><details><summary><small>SQL</small></summary>"
        f"<code>{asked}</code></details></td>",
        _cell(found.get("observed_value", ""), "n"),
        _cell(named),
    ]


def _run_page(document: dict[str, Any]) -> str:
    results = document["result"]["results"]
    order = sorted(results, key=lambda r: (r["success"], r["expectation_config"]["meta"]["rule"]))
    body = (
        f"<p>{html.escape(document['at'])} · {len(document['submissions'])} lần nộp / submissions · "
        f"{sum(1 for r in results if r['success'])}/{len(results)} đạt / met</p>"
    )
    head = ("", "Quy tắc / rule", "Số dòng / rows", "Lần nộp/dòng / submission/row")
    return _page(document["suite"], body + _table(head, map(_expectation_row, order)), up="../index.html")


def _read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


@lru_cache(maxsize=4096)
def _outline(path: Path) -> tuple[bool, int, int]:
    """Of one run, which never changes once written: whether it was met, its expectations, and those that hold."""
    document = _read(path)
    results = document["result"]["results"]
    return bool(document["met"]), len(results), sum(1 for r in results if r["success"])


def write_pages(runs: Iterable[Path]) -> Path:
    """Write the pages of these runs and the index of all suites' newest; gives the index."""
    folder = docs_folder()
    folder.mkdir(parents=True, exist_ok=True)
    for run in runs:
        target = folder / run.parent.name / f"{run.stem}.html"
        target.parent.mkdir(exist_ok=True)
        target.write_text(_run_page(_read(run)), encoding="utf-8")
    index = folder / "index.html"
    index.write_text(_index(folder), encoding="utf-8")
    return index


def _index(folder: Path) -> str:
    lines = []
    for suite in sorted(p for p in folder.iterdir() if p.is_dir()):
        kept = {p.stem: p for p in (history_folder() / suite.name).glob("*.json")}
        for page in suite.glob("*.html"):
            if page.stem not in kept:
                page.unlink(missing_ok=True)
        if not kept:
            continue
        met, answers, holding = _outline(kept[max(kept)])
        links = " ".join(
            f'<a href="{suite.name}/{stem}.html">{stem[6:8]}/{stem[4:6]} {stem[9:11]}:{stem[11:13]}</a>'
            for stem in sorted(kept, reverse=True)[:8]
            if (suite / f"{stem}.html").exists()
        )
        lines.append(
            [
                _mark(met),
                f'<td><a href="{suite.name}/{max(kept)}.html">{html.escape(suite.name)}</a></td>',
                _cell(f"{holding}/{answers}", "n"),
                f"<td>{links}</td>",
            ]
        )
    head = ("", "Bộ kiểm tra / suite", "Đạt / met", "Các lần chạy / runs")
    return _page("Kiểm tra dữ liệu · Data Docs", _table(head, lines))
