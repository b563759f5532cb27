"""What a reader asks for, and what a page answers: panels of markup by name, each able to fail alone."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dashboard.addresses import address
from dashboard.components.markup import Safe
from dashboard.components.panel import panel
from dashboard.components.states import empty, failed
from dashboard.language import Language
from dashboard.views.lake import Lake, LakeClosedError
from data.person import Person

__all__ = ["Answer", "Ask", "View", "answer"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ask:
    """One question: the address, who asks and in which language, the moment that counts as now, where the data is."""

    path: str
    query: Mapping[str, str]
    words: Language
    now: datetime
    lake: Lake
    person: Person
    parts: Mapping[str, str] = field(default_factory=dict)
    """Named parts of the path: /datasets/<id> → {"id": …}."""
    session: str = field(default="", repr=False)
    """The reader's session, for the page that lists their sessions."""

    def get(self, name: str) -> str:
        """A query parameter, "" where it is not given."""
        return self.query.get(name, "")


@dataclass(frozen=True)
class View:
    """A page: its panels in order, each with its width on the desk ("" stands outside the desk's grid)."""

    kind: str
    title: str
    panels: Mapping[str, Callable[[], Safe]]
    widths: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True
    """False for a page that stands in for one that failed: it is not kept."""


@dataclass(frozen=True)
class Answer:
    """A page as markup, ready to send and to share between readers."""

    kind: str
    title: str
    address: str
    order: tuple[str, ...]
    panels: Mapping[str, str]
    digests: Mapping[str, str]
    whole: bool = True
    """Whether every panel could be drawn; an answer that is not whole is not kept for the next reader."""


def _drawn(name: str, draw: Callable[[], Safe], words: Language) -> tuple[Safe, bool]:
    try:
        return draw(), True
    except LakeClosedError as error:
        log.warning("panel %s: lake closed: %s", name, error)
        return panel(words("error.title"), empty(words, "lake", command="hub demo")), False
    except Exception:
        # One panel that fails must not take the page with it; the reason goes to the log, not to the reader.
        log.exception("panel %s failed", name)
        return panel(words("error.title"), failed(words, "")), False


def answer(view: View, ask: Ask) -> Answer:
    """Draw every panel of a view."""
    drawn = {name: _drawn(name, draw, ask.words) for name, draw in view.panels.items()}
    panels = {name: str(markup) for name, (markup, _) in drawn.items()}
    return Answer(
        kind=view.kind,
        title=view.title,
        address=address(ask.path, **dict(sorted(ask.query.items()))),
        order=tuple(f"{name}|{view.widths.get(name, '')}" for name in panels),
        panels=panels,
        digests={name: hashlib.blake2b(markup.encode(), digest_size=8).hexdigest() for name, markup in panels.items()},
        whole=view.whole and all(fine for _, fine in drawn.values()),
    )
