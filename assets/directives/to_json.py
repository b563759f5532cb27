"""A directive as plain data for JSON, each field with its place and confidence."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from assets.directives.model import Agency, Citation, Directive, Task, Word

__all__ = ["to_json"]


def to_json(found: Directive) -> dict[str, Any]:
    """What `hub directives --format json` prints. Dates are ISO; places count characters of the document's text."""
    head = found.head
    return {
        "file": found.file,
        "format": found.format,
        "document": {
            **{name: _value(getattr(head, name)) for name in _FIELDS},
            "recipients": [word.value for word in head.recipients],
            "places": {
                **{name: _placed(word) for name in _FIELDS if (word := getattr(head, name)) is not None},
                "recipients": [_placed(word) for word in head.recipients],
            },
        },
        "tasks": [_task(task) for task in found.tasks],
        "directions": [_task(task) for task in found.directions],
        "citations": [_citation(citation) for citation in found.citations],
        "indicators": [asdict(indicator) for indicator in found.indicators],
        "contradictions": [asdict(contradiction) for contradiction in found.contradictions],
    }


_FIELDS = ("number", "type", "issuer", "place", "date", "signatory", "subject")


def _value(word: Word | None) -> str | None:
    return word.value if word is not None else None


def _placed(word: Word) -> dict[str, Any]:
    return {**asdict(word.place), "confidence": word.confidence}


def _agency(agency: Agency) -> dict[str, Any]:
    return {
        "name": agency.name,
        "units": list(agency.units),
        "collective": agency.collective,
        "place": asdict(agency.place),
        "confidence": agency.confidence,
    }


def _task(task: Task) -> dict[str, Any]:
    deadline = task.deadline
    return {
        "clause": task.clause,
        "leads": [_agency(agency) for agency in task.leads],
        "coordinating": [_agency(agency) for agency in task.coordinating],
        "text": task.text,
        "place": asdict(task.place),
        "deliverable": asdict(task.deliverable) if task.deliverable else None,
        "deadline": {
            "text": deadline.text,
            "date": deadline.date.isoformat() if deadline.date else None,
            "period": deadline.period,
            "place": asdict(deadline.place),
            "confidence": deadline.confidence,
        }
        if deadline
        else None,
        "recurrence": task.recurrence.value if task.recurrence else None,
        "recurrence_place": asdict(task.recurrence.place) if task.recurrence else None,
        "report_to": [_agency(agency) for agency in task.report_to],
        "confidence": task.confidence,
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {**asdict(citation), "date": citation.date.isoformat() if citation.date else None}
