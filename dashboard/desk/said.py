"""What the desk has to say after something was done: kept for a while under a short key, for the page to show."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.responses import RedirectResponse

from dashboard.addresses import address
from dashboard.language import language

__all__ = ["Said", "back", "said", "words_of"]

_MOST = 2000


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence in both languages; `good` False where something was not possible."""

    vi: str
    en: str
    good: bool = True


_lock = threading.Lock()
_kept: OrderedDict[str, Said] = OrderedDict()


def words_of(key: str, **values: object) -> Said:
    """The catalogue's sentence."""
    return Said(language("vi")(key, **values), language("en")(key, **values))


def back(path: str, sentence: Said, **query: str | int | None) -> RedirectResponse:
    """Send the browser back to a page of ours, which says the sentence. Its text never stands in an address."""
    key = secrets.token_urlsafe(9)
    with _lock:
        _kept[key] = sentence
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    parts = urlsplit(path)
    to = address(parts.path, **query, said=key)
    if parts.query:
        to = f"{parts.path}?{parts.query}&{to.partition('?')[2]}"
    return RedirectResponse(to, status_code=303)


def said(key: str) -> Said | None:
    """The sentence of that key, as long as it is kept."""
    with _lock:
        return _kept.get(key)
