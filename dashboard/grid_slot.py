"""The one place in a page where rows can be edited: AG Grid, loaded only at addresses that ask for it.

A part that wants a grid does three things.

1. Where it is set up (its routes module) it registers its address:

       register("/desk/fill/<dataset>/<period>", build)

   `build(ask)` gives a `Grid`, or None where there is nothing to edit. It is asked once a visit, never again by push,
   so that nothing typed is lost; `ask.person`, `ask.parts` and `ask.query` are those of the page. Whose data it is,
   `build` checks itself, as the page does.

2. Its page draws the place: `place(words)` somewhere in a panel that no push redraws.

3. Its page draws a plain form that sends what was typed. static/grid.js fills the form's hidden fields as it is sent:

       <form method="post" action="…" data-grid-form>
         <input type="hidden" name="rows">      all rows in their order, a JSON list of {field: value}
         <input type="hidden" name="changes">   what differs from what was loaded: [{"id", "field", "before", "value"}]

   Either field may be left out. `data-grid-save="/…"` on the form posts {"rows", "changes"} as JSON to that address a
   second after each change (a draft), with the form's other fields beside. `[data-grid-count]` elements show how many
   cells were changed, `[data-grid-rows]` how many rows hold something, `[data-grid-saved]` whether the draft is kept
   (its texts: data-saving, data-saved, data-failed). Buttons: `data-grid-do="add"` adds a row, `"remove"` takes the
   selected ones out, `"undo"` undoes.

Colours: `row_marks` and `Column.marks` name classes by an expression over `params.data` (AG Grid's class rules); the
classes `cell-error`, `cell-warning`, `cell-repaired` look as on the sheet. A column's `tip` is the field that holds its
tooltip.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as also
from typing import TYPE_CHECKING, Any, Literal

from dashboard.components.markup import Safe, el
from dashboard.language import Language, catalogue

if TYPE_CHECKING:
    from dash import Dash

    from dashboard.view import Ask

__all__ = ["Choice", "Column", "Grid", "add_slot", "grid_at", "place", "register"]

Kind = Literal["text", "number", "date", "choice"]
Choice = tuple[str, str]
"""A code and its words: (“22366”, “Phường Nha Trang”)."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    field: its name in the rows. hint: shown at the head. pinned: stays in view at the left. tip: the field of the row
    that holds this cell's tooltip. marks: class → expression over params ("params.data._wrong.indexOf('x') >= 0").
    """

    field: str
    title: str
    kind: Kind = "text"
    editable: bool = True
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    width: int = 0
    pinned: bool = False
    tip: str = ""
    marks: Mapping[str, str] = also(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grid:
    """What is put into the slot. Each row holds its columns' fields, `id`, and whatever marks and tips speak of.

    Values as a person types them: text, numbers as numbers or text, dates as ISO text, choices as codes; None is empty.
    more: further rows may be added and rows taken out.
    """

    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    more: bool = False
    row_marks: Mapping[str, str] = also(default_factory=dict)


Build = Callable[["Ask"], Grid | None]
_registered: dict[str, tuple[re.Pattern[str], Build]] = {}


def register(path: str, build: Build) -> None:
    """Give the pages at `path` ("/a/<name>", as in dashboard/routes.py) a grid."""
    _registered[path] = (re.compile(re.sub(r"<(\w+)>", r"[^/]+", path.rstrip("/")) + "/?"), build)


def grid_at(path: str) -> Build | None:
    """Who builds the grid of an address; None for pages without one."""
    return next((build for pattern, build in _registered.values() if pattern.fullmatch(path)), None)


def place(words: Language) -> Safe:
    """Where the grid comes to stand in the page."""
    return el("div", el("p", words("loading"), class_="muted", role="status"), class_="grid-place", data_grid_here=True)


_THEME: Mapping[str, object] = {
    "fontFamily": "inherit", "fontSize": "0.875rem", "dataFontSize": "0.875rem", "headerFontSize": "0.8125rem",
    "backgroundColor": "var(--panel)", "foregroundColor": "var(--text)", "textColor": "var(--text)",
    "headerBackgroundColor": "var(--hover)", "headerTextColor": "var(--muted)", "headerFontWeight": 600,
    "borderColor": "var(--line)", "accentColor": "var(--accent)", "rowHoverColor": "var(--hover)",
    "selectedRowBackgroundColor": "var(--accent-wash)", "browserColorScheme": "inherit", "spacing": "0.375rem",
    "columnBorder": True, "wrapperBorder": False, "wrapperBorderRadius": 0, "borderRadius": "6px",
    "menuBackgroundColor": "var(--panel)", "tooltipBackgroundColor": "var(--panel)", "tooltipTextColor": "var(--text)",
    "chromeBackgroundColor": "var(--panel)", "inputBackgroundColor": "var(--panel)",
}  # fmt: skip
"""Our tokens (static/hub.css) in the grid's words, so that it follows light and dark as the page does."""

_TYPES: Mapping[Kind, str] = {"text": "text", "number": "number", "date": "dateString", "choice": "text"}


def _definition(column: Column) -> dict[str, Any]:
    made: dict[str, Any] = {
        "field": column.field,
        "headerName": column.title,
        "editable": column.editable,
        "cellDataType": _TYPES[column.kind],
        "headerTooltip": column.hint or column.title,
        "pinned": "left" if column.pinned else None,
        "cellClassRules": {"cell-fixed": "false" if column.editable else "true", **column.marks},
        "context": {"kind": column.kind, **({"choices": dict(column.choices)} if column.choices else {})},
    }
    if column.width:
        made["width"] = column.width
    if column.tip:
        made["tooltipField"] = column.tip
    if column.kind == "number":
        made |= {"type": "rightAligned", "valueFormatter": {"function": "hubNumber(params.value)"}}
        made |= {"valueParser": {"function": "hubParseNumber(params.newValue)"}, "cellDataType": False}
    elif column.kind == "date":
        made |= {"valueFormatter": {"function": "hubDate(params.value)"}, "cellDataType": False}
        made |= {"valueParser": {"function": "hubParseDate(params.newValue)"}, "useValueFormatterForEdit": True}
    elif column.kind == "choice":
        made |= {
            "cellEditor": {"function": "hubChoiceEditor"},
            "cellEditorPopup": True,
            "cellEditorParams": {"choices": [list(c) for c in column.choices]},
            "valueFormatter": {"function": "hubChoice(params.value, params.colDef.context.choices)"},
        }
    return made


def _component(grid: Grid, words: Language) -> Any:
    """The grid as Dash draws it."""
    from dash_ag_grid import AgGrid  # type: ignore[import-untyped]

    return AgGrid(
        id="grid",
        columnDefs=[_definition(c) for c in grid.columns],
        rowData=[dict(r) for r in grid.rows],
        getRowId="params.data.id",
        rowClassRules=dict(grid.row_marks),
        defaultColDef={"resizable": True, "sortable": False, "minWidth": 96, "wrapHeaderText": True,
                       "autoHeaderHeight": True, "suppressMovable": True},
        dashGridOptions={
            "theme": {"function": f"themeQuartz.withParams({json.dumps(_THEME)})"},
            "localeText": {k.removeprefix("grid.locale."): v for k, v in catalogue(words.code).items()
                           if k.startswith("grid.locale.")},
            # AG Grid breaks on a selection of null.
            **({"rowSelection": {"mode": "multiRow", "enableClickSelection": False}} if grid.more else {}),
            "selectionColumnDef": {"pinned": "left", "width": 44, "resizable": False},
            "undoRedoCellEditing": True,
            "stopEditingWhenCellsLoseFocus": True,
            "singleClickEdit": False,
            "tooltipShowDelay": 250,
            "animateRows": False,
            "suppressNoRowsOverlay": grid.more,
            "enterNavigatesVertically": True,
            "enterNavigatesVerticallyAfterEdit": True,
        },
        className="hub-grid",
        style={"height": None},
    )  # fmt: skip


def _script(app: Dash) -> str:
    """Address of the grid's script: served, but not among the scripts of every page."""
    import dash_ag_grid

    main = dash_ag_grid._js_dist[0]
    main["dynamic"] = True
    main = {k: v for k, v in main.items() if k != "dynamic"}
    return str(app._collect_and_register_resources([main])[0])  # type: ignore[no-untyped-call]


def add_slot(app: Dash, asked: Callable[[str, str], Ask | None]) -> list[Any]:
    """The parts that the layout needs beneath the page, and the callback that fills the slot.

    asked: the question of (path, search) by whoever is signed in; None where the page is not for them.
    """
    from dash import ClientsideFunction, Input, Output, dcc, html, no_update

    script = _script(app)

    @app.callback(
        Output("grid-slot", "children"),
        Output("grid-script", "data"),
        Input("address", "pathname"),
        Input("address", "search"),
        Input("grid-ready", "data"),
    )
    def fill(path: str | None, search: str | None, ready: bool | None) -> Any:
        build = grid_at(path or "/")
        if build is None:
            return None, no_update
        if not ready:
            return None, script
        ask = asked(path or "/", search or "")
        grid = build(ask) if ask else None
        return _component(grid, ask.words) if ask and grid else None, no_update

    # Neither has an output: what the browser did comes back as a property set ("grid-ready"), never in a circle.
    load, came = (ClientsideFunction("hub_grid", name) for name in ("load", "came"))
    app.clientside_callback(load, Input("grid-script", "data"))  # type: ignore[no-untyped-call]
    app.clientside_callback(came, Input("grid-slot", "children"))  # type: ignore[no-untyped-call]
    return [
        dcc.Store(id="grid-script"),
        dcc.Store(id="grid-ready"),
        html.Div(html.Div(id="grid-slot"), id="grid-home", hidden=True),
    ]
