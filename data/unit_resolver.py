"""Turns any spelling of a commune or an agency into a code, or says why not; it never guesses in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from data.commune_text import BODIES, TYPE_PREFIX, joined_name, take_apart, with_tones
from data.unit_guess import CLOSE, UnitGuess
from data.unit_index import UnitIndex, agency_key, build_index, plain_name, same_tones, written_name
from data.unit_match import Asked, Candidate, How, Match
from data.units import OldCommune, Unit
from data.vietnamese_text import fold

__all__ = ["Asked", "Candidate", "How", "Match", "UnitResolver", "get_resolver"]

TWO_LEVELS_SINCE = date(2025, 7, 1)
"""From that day on there are no districts; communes were merged (resolution 202/2025/QH15 and those that follow)."""


class UnitResolver:
    """Resolves names within one province profile; keep one (see `get_resolver`), it remembers what it answered."""

    def __init__(self, province: str = "56") -> None:
        self._index: UnitIndex = build_index(province)
        self._units = self._index.registry
        self._answered: dict[tuple[str, Asked, bool], Match] = {}
        self._near = UnitGuess(self._index)

    def resolve(self, text: str, *, kind: Asked = "unit", on: date | None = None) -> Match:
        """The unit that a text names.

        kind: whether a commune, an agency (also a facility) or either is expected. on: the day the text speaks of;
        before 1 July 2025 the communes of then come first.
        """
        before = on is not None and on < TWO_LEVELS_SINCE
        asked = (text, kind, before)
        match = self._answered.get(asked)
        if match is None:
            if len(self._answered) > 100_000:
                self._answered.clear()
            match = self._answered[asked] = self._resolve(text, kind, before)
        return match

    def resolve_many(self, texts: Iterable[str], *, kind: Asked = "unit", on: date | None = None) -> dict[str, Match]:
        """Each different text with its match."""
        return {text: self.resolve(text, kind=kind, on=on) for text in dict.fromkeys(texts)}

    def _resolve(self, text: str, kind: Asked, before: bool) -> Match:
        stripped = text.strip()
        code = stripped if stripped in self._units else self._index.exact.get(stripped)
        if code is not None and self._wanted(code, kind) and not (before and self._units[code].level == "commune"):
            return Match("exact", code, self._units[code].name)
        written = written_name(text)
        folded = fold(written)
        if not folded:
            return Match("unknown", None, None, (), "ô trống", "empty text")
        match = None
        if kind != "commune":
            match = self._agency(folded)
        if match is None and kind != "agency":
            match = self._commune(written, before)
        return match or self._list(written, kind, before) or self._guess(written, folded, kind)

    def _list(self, written: str, kind: Asked, before: bool) -> Match | None:
        """A cell that names several units, each of them certainly."""
        parts = [part.strip() for part in re.split(r"[;,\n]", written) if part.strip()]
        if len(parts) < 2:
            return None
        found = [match for match in (self._resolve(part, kind, before) for part in parts) if match.certain]
        if len(found) < 2:
            return None
        reasons = [
            (match.code, f"có tên trong ô: {match.name}", f"named in the cell: {match.name}")
            for match in found
            if match.code is not None
        ]
        return self._several(reasons, "một ô ghi nhiều đơn vị: mỗi dòng một đơn vị", "several units in one cell")

    def _wanted(self, code: str, kind: Asked) -> bool:
        return kind == "unit" or (self._units[code].level == "commune") == (kind == "commune")

    def _found(self, how: How, code: str, vi: str = "", en: str = "") -> Match:
        return Match(how, code, self._units[code].name, (), vi, en)

    def _several(self, candidates: Iterable[tuple[str, str, str]], vi: str, en: str) -> Match:
        unique = {code: Candidate(code, self._units[code].name, v, e) for code, v, e in candidates}
        return Match("ambiguous", None, None, tuple(unique.values()), vi, en)

    def _agency(self, folded: str) -> Match | None:
        bodies = BODIES.match(folded)
        if bodies is not None:
            return None
        for form in self._without_province(folded):
            key = agency_key(form)
            codes = self._index.agencies.get(key) or self._index.facilities.get(key)
            if codes:
                if len(codes) == 1:
                    return self._found("normalised", next(iter(codes)))
                reasons = ((c, "cùng cách viết tắt", "the same short form") for c in sorted(codes))
                return self._several(reasons, "nhiều cơ quan cùng cách viết này", "several agencies are written so")
            former = self._index.former.get(key)
            if former is not None:
                names = ", ".join(self._units[code].name for code in former.successors)
                if len(former.successors) == 1:
                    vi = f"{former.name} nay là {names}"
                    return self._found("converted", former.successors[0], vi, f"{former.name} is now {names}")
                parts = (
                    (c, f"nhận một phần việc của {former.name}", f"took over a part of {former.name}")
                    for c in former.successors
                )
                vi = f"{former.name} đã chia việc cho {names}: cần chọn"
                return self._several(parts, vi, f"{former.name} was divided among {names}: choose one")
        return None

    def _without_province(self, folded: str) -> list[str]:
        """The text as it is, and without the province or "tỉnh" at its end."""
        forms = [folded]
        for tail in self._index.tails:
            if folded.endswith(tail):
                forms.append(folded.removesuffix(tail).strip())
                break
        forms += [form.removesuffix(" tinh") for form in forms if form.endswith(" tinh")]
        return forms

    def _commune(self, written: str, before: bool) -> Match | None:
        name, district, strange = take_apart(self._index, written)
        folded = BODIES.sub("", fold(name))
        type_, bare = plain_name(folded)
        key = bare.replace(" ", "")
        if type_ is None and key not in self._index.communes and key not in self._index.old_communes:
            type_, key = joined_name(self._index, key)
        tones = with_tones(name, bare)
        now = [u for u in self._index.communes.get(key, ()) if same_tones(tones, u.short_name)]
        then = [o for o in self._index.old_communes.get(key, ()) if same_tones(tones, _bare_old(o))]
        if district is not None:
            then = [o for o in then if self._in_district(o, district)]
        typed_now = [u for u in now if type_ in (None, u.type)]
        typed_then = [o for o in then if type_ is None or o.name.lower().startswith(type_)]
        if district is not None and typed_now and not typed_then and not self._touches(typed_now[0], district):
            strange = strange or fold(self._index.districts[district][0].district)
        match = self._choose(type_, typed_now, typed_then, before, district is not None)
        if match is None and type_ is not None and now:
            vi = f"có {now[0].name}, không có {type_} {now[0].short_name}"
            return self._found("fuzzy", now[0].code, vi, f"there is {now[0].name}, but no {type_} of that name")
        if match is None:
            return self._district(fold(name), before)
        if strange and match.certain and match.code is not None:
            vi = f"phần “{strange}” sau tên xã không khớp với {match.name}"
            return self._found("fuzzy", match.code, vi, f"“{strange}” after the name does not go with {match.name}")
        return match

    def _touches(self, unit: Unit, district: str) -> bool:
        """Whether a commune of today lies, at least in part, on a former district's territory."""
        return any(unit.code in old.became for old in self._index.districts[district])

    def _in_district(self, old: OldCommune, district: str) -> bool:
        return any(old is other for other in self._index.districts[district])

    def _choose(
        self, type_: str | None, now: list[Unit], then: list[OldCommune], before: bool, in_district: bool
    ) -> Match | None:
        if then and (before or in_district):
            return self._converted(then)
        if before and now:
            vi = f"{now[0].name} có từ 01/7/2025"
            return self._found("normalised", now[0].code, vi, f"{now[0].name} exists since 1 July 2025")
        if not now:
            return self._converted(then) if then else None
        elsewhere = [o for o in then if not o.name.lower().startswith(now[0].type) and now[0].code not in o.became]
        if len(now) > 1 or (type_ is None and elsewhere):
            reasons = [(u.code, f"{u.name} hiện nay", f"{u.name}, of today") for u in now]
            reasons += [
                (code, f"từ {o.name}, {o.district}", f"from the former {o.name}")
                for o in elsewhere
                for code in o.became
            ]
            vi = "thiếu loại đơn vị (xã, phường) nên có nhiều đơn vị cùng tên"
            return self._several(reasons, vi, "xã or phường is left out, and several units have this name")
        return self._found("normalised", now[0].code)

    def _converted(self, then: list[OldCommune]) -> Match:
        became = dict.fromkeys(code for old in then for code in old.became)
        if len(became) == 1 and all(old.whole for old in then):
            code, old = next(iter(became)), then[0]
            name = self._units[code].name
            vi = f"{old.name} ({old.district}) nhập toàn bộ vào {name} từ 01/7/2025"
            return self._found("converted", code, vi, f"{old.name} was merged wholly into {name} on 1 July 2025")
        reasons = []
        for old in then:
            how_vi, how_en = ("toàn bộ", "wholly") if old.whole else ("một phần", "in part")
            reasons += [
                (code, f"{old.name} ({old.district}) nhập {how_vi}", f"the former {old.name} {how_en}")
                for code in old.became
            ]
        if len(then) == 1:
            vi = f"{then[0].name} ({then[0].district}) được chia vào nhiều đơn vị: cần chọn"
            return self._several(reasons, vi, f"{then[0].name} was divided among several communes: choose one")
        return self._several(
            reasons,
            "nhiều xã cũ cùng tên: cần ghi thêm huyện cũ",
            "several former communes have this name: add the former district",
        )

    def _district(self, folded: str, before: bool) -> Match | None:
        key = self._index.district_key(folded)
        if key is None:
            return None
        communes = self._index.districts[key]
        if len({code for old in communes for code in old.became}) == 1:
            return self._converted(communes)
        reasons = (
            (code, f"thuộc địa bàn {communes[0].district} cũ", f"on the territory of {communes[0].district}")
            for old in communes
            for code in old.became
        )
        vi = f"{communes[0].district} là đơn vị cấp huyện" + ("" if before else ", không còn từ 01/7/2025")
        return self._several(reasons, vi, "a district, which exists no more since 1 July 2025: name the commune")

    def _guess(self, written: str, folded: str, kind: Asked) -> Match:
        """Typing errors: one name close by and no other is suggested; several are shown."""
        bare = plain_name(BODIES.sub("", fold(take_apart(self._index, written)[0])))[1].replace(" ", "")
        agency = agency_key(self._without_province(folded)[-1])
        ranked = self._near.near(None if kind == "agency" else bare, None if kind == "commune" else agency)
        reasons = [(c, f"giống {s:.0f} %", f"{s:.0f} % alike") for codes, s in ranked for c in codes]
        code = self._near.single(ranked)
        if code is not None:
            name, share = self._units[code].name, f"{ranked[0][1]:.0f} %"
            vi = f"có lẽ là {name} (giống {share}): cần xác nhận"
            return self._found("fuzzy", code, vi, f"probably {name} ({share} alike): to be confirmed")
        if ranked and ranked[0][1] >= CLOSE:
            vi = f"“{written}” giống tên nhiều đơn vị: cần chọn"
            return self._several(reasons, vi, f"“{written}” is like the names of several units: choose one")
        listed = tuple(Candidate(c, self._units[c].name, v, e) for c, v, e in reasons)
        what_vi, what_en = _WHAT[kind]
        vi = f"không có {what_vi} nào tên “{written}”"
        return Match("unknown", None, None, listed, vi, f"no {what_en} is called “{written}”")


_WHAT: dict[Asked, tuple[str, str]] = {
    "unit": ("đơn vị", "unit"),
    "commune": ("xã, phường, đặc khu", "commune"),
    "agency": ("cơ quan", "agency"),
}


def _bare_old(old: OldCommune) -> str:
    return TYPE_PREFIX.sub("", old.name)


@lru_cache(maxsize=4)
def get_resolver(province: str = "56") -> UnitResolver:
    """The resolver of a province, built once in the process."""
    return UnitResolver(province)
