"""Reads one administrative document into its head, tasks, citations, indicators and contradictions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from assets.directives.agencies import finder
from assets.directives.blocks import blocks_of
from assets.directives.citations import citations
from assets.directives.contradictions import within
from assets.directives.head import read_head
from assets.directives.indicators import find_indicators
from assets.directives.model import Directive
from assets.directives.outline import outline
from assets.directives.source_text import read_source
from assets.directives.tasks import find_tasks
from data.settings import settings

__all__ = ["read_directive"]


def read_directive(
    path: Path, *, name: str | None = None, progress: Callable[[int, int], None] | None = None
) -> Directive:
    """Everything found in a docx, pdf, txt or md file. Raises DirectiveError for a file without readable text."""
    source = read_source(path, name, progress)
    blocks = blocks_of(source)
    head = read_head(source, blocks)
    year = int(head.date.value[:4]) if head.date else None
    clauses = list(outline(blocks))
    tasks, directions = find_tasks(source, clauses, finder(settings().province), year)
    own = head.number.value if head.number else ""
    found = Directive(
        file=source.name,
        format=source.format,
        text=source.text,
        head=head,
        tasks=tuple(tasks),
        directions=tuple(directions),
        citations=tuple(citations(source, blocks, own)),
        indicators=tuple(find_indicators(source, clauses)),
    )
    return replace(found, contradictions=tuple(within(found, settings().province)))
