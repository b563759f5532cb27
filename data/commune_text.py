"""Takes a written commune apart: its bodies, type, bare name, former district and province."""

from __future__ import annotations

import re

from data.unit_index import UnitIndex, plain_name
from data.vietnamese_text import fold

__all__ = ["BODIES", "TYPE_PREFIX", "joined_name", "take_apart", "with_tones"]

# A commune's own bodies: what they report is the commune's.
BODIES = re.compile(
    r"^(?:(?:van phong|vp|dang uy|hoi dong nhan dan|hdnd|uy ban nhan dan|ubnd|cong an|uy ban|ub|mat tran to quoc|mttq"
    r"|viet nam|vn|trung tam phuc vu hanh chinh cong|ttpvhcc|tram y te|va) )+(?=(?:xa|x|phuong|p|dac khu|dk) )"
)
_DASH = re.compile(r"\s[-–]\s")
_DISTRICT = re.compile(r" (?=(?:thanh pho|thi xa|huyen|tp|tx|t p|t x|h) \w)")
TYPE_PREFIX = re.compile(r"^(?:đặc khu|thị trấn|phường|xã|tt\.?|đk\.?|p\.?|x\.?)\s+|^(?:tt|đk|p|x)\.", re.IGNORECASE)


def take_apart(index: UnitIndex, written: str) -> tuple[str, str | None, str]:
    """Name, district's key, and what is neither district nor this province, of "Xã A, huyện B, tỉnh C"."""
    parts = [part.strip() for part in re.split(r"[,;()]", written) if part.strip()]
    if not parts:
        return written, None, ""
    name, *behind = [part.strip() for part in _DASH.split(parts[0])]
    rest = [fold(part) for part in behind]
    rest += [fold(part) for part in parts[1:]]
    folded = fold(name)
    for tail in index.tails:
        if folded.endswith(tail) and plain_name(folded)[1] != tail.strip():
            words = len(tail.split())
            kept = name.split()[:-words]
            if kept and fold(" ".join(kept)) == folded.removesuffix(tail):
                name, folded = " ".join(kept), folded.removesuffix(tail)
            break
    inner = _DISTRICT.search(folded)
    if inner is not None and len(folded.split()) == len(name.split()):
        words = len(folded[: inner.start()].split())
        rest.insert(0, " ".join(folded.split()[words:]))
        name = " ".join(name.split()[:words])
    district, strange = None, []
    for part in rest:
        key = index.district_key(part)
        if key is not None and (district is None):
            district = key
        elif part not in index.provinces:
            strange.append(part)
    return name, district, ", ".join(strange)


def joined_name(index: UnitIndex, key: str) -> tuple[str | None, str]:
    """Type and key of a name written without spaces: "xavanninh"."""
    for word, type_ in (("xa", "xã"), ("phuong", "phường"), ("dackhu", "đặc khu"), ("thitran", "thị trấn")):
        rest = key.removeprefix(word)
        if rest != key and (rest in index.communes or rest in index.old_communes):
            return type_, rest
    return None, key


def with_tones(name: str, bare: str) -> str:
    """The bare name as it was written, with its tones; the words of the type and of its bodies taken off."""
    words = name.replace(".", ". ").split()
    count = len(bare.split())
    kept = " ".join(words[-count:]) if len(words) >= count else name
    return kept if fold(kept) == bare else TYPE_PREFIX.sub("", name)
