"""Breaks a file in ways that reach deep: its packed members, tags, records and cells as well as its bytes."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable
from random import Random

__all__ = ["mutated"]

_NUMBERS = (
    0, 1, -1, 2, 5, 127, 128, 255, 256, 1000, 16383, 16384, 16385, 65535, 65536, 1048575, 1048576, 1048577,
    2**24, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**63, 2**64, 10**30,
)  # fmt: skip
_WORDS = (
    "", " ", "-", "=cmd|' /C calc'!A0", "@x", "+1", "\t", "1.234,5", "31/02/2026", "1e999999", "9" * 400, "NaN",
    "\u202e", "\ufeff", "\ud800", "a" * 5000, "&#0;", "&a;", "&#x110000;", "%s", "../../x", "Tổng cộng", "(1)", "#REF!",
    "TRUE", "0.1%", "1.234.567,89 đồng", "Ngµy", "ThÞ x·", "C\u1ed8NG H\u00d2A", "12:30",
    "2026-10-05T12:00:00", "**", "1)",
)  # fmt: skip
_JSON = ("{", "}", "[", "]", ",", ":", "null", "true", '"a"', "1e400", "-", "[]", "{}", '"\\ud800"', "NaN", "[" * 60)
_CSV = (
    '"',
    '""',
    ",",
    ";",
    "\t",
    "|",
    "\r",
    "\n",
    "\r\n",
    "\x00",
    "'",
    " ",
    '",',
    ',"',
    '\\"',
    "sep=;\n",
    "\x0c",
    "\x1f",
)
_TAG = re.compile(rb"<[^<>]{1,400}>")
_VALUE = re.compile(rb"""=\s*["'][^"'<>]{0,200}["']""")
_TEXT = re.compile(rb">[^<>]{1,200}<")
_DIGITS = re.compile(rb"\d+")


def mutated(raw: bytes, ending: str, random: Random) -> bytes:
    """The file after one to four changes drawn from `random`."""
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        ways = _ways(raw, ending)
        raw = random.choice(ways)(raw, random)
    return raw[: 4 * 1024**2]


def _ways(raw: bytes, ending: str) -> tuple[Callable[[bytes, Random], bytes], ...]:
    if raw.startswith(b"PK") and ending not in ("csv", "json"):
        return _packed, _packed, _packed, _packed, _packed_names, _bytes, _sizes
    if raw.startswith(b"\xd0\xcf"):
        return _bytes, _fields, _fields, _fields
    if raw.startswith(b"PAR1"):
        return _bytes, _tail, _tail, _fields
    if raw.lstrip()[:1] == b"<":
        return _tags, _tags, _values, _values, _texts, _bytes
    if raw.lstrip()[:1] in (b"{", b"["):
        return _tokens(_JSON), _tokens(_JSON), _words, _bytes
    return _tokens(_CSV), _tokens(_CSV), _words, _rows, _bytes


def _bytes(raw: bytes, random: Random) -> bytes:
    """Bytes flipped, cut out, put in, doubled or exchanged, or the end cut off."""
    data = bytearray(raw or b"\0")
    way = random.randrange(7)
    at = random.randrange(len(data))
    size = random.choice((1, 1, 2, 4, 8, 64, 512))
    if way == 0:
        for _ in range(random.choice((1, 2, 8, 32))):
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    elif way == 1:
        del data[at : at + size]
    elif way == 2:
        data[at:at] = random.randbytes(size)
    elif way == 3:
        data[at:at] = data[at : at + size] * random.choice((1, 2, 50, 2000))
    elif way == 4:
        data[at : at + size] = random.choice((b"\0", b"\xff", b" ", b"<", b'"')) * size
    elif way == 5:
        del data[at:]
    else:
        data += random.choice((random.randbytes(size), bytes(size), bytes(raw[:size]), raw))
    return bytes(data)


def _fields(raw: bytes, random: Random) -> bytes:
    """A number of two, four or eight bytes somewhere becomes one at a border."""
    data = bytearray(raw)
    for _ in range(random.choice((1, 1, 2, 4))):
        size = random.choice((1, 2, 4, 4, 8))
        # Records and headers lie at the beginning of a sector more often than elsewhere.
        span = random.choice((512, 2048, len(data)))
        at = random.randrange(max(1, min(span, len(data)) - size))
        value = random.choice(_NUMBERS) % (1 << 8 * size)
        data[at : at + size] = value.to_bytes(size, "little")
    return bytes(data)


def _tail(raw: bytes, random: Random) -> bytes:
    """The footer of a parquet file changed."""
    begin = max(0, len(raw) - random.choice((8, 64, 1200)))
    way = _bytes if random.random() < 0.5 else _fields
    return raw[:begin] + way(raw[begin:], random)


def _packed(raw: bytes, random: Random) -> bytes:
    """One member of a zip changed by what it holds, and packed again."""
    try:
        source = zipfile.ZipFile(io.BytesIO(raw))
        members = [(m.filename, source.read(m)) for m in source.infolist()]
    except Exception:
        return _bytes(raw, random)
    if not members:
        return raw
    parts = [i for i, (n, _) in enumerate(members) if re.search(r"sheet|content|workbook|styles|Strings|\.csv", n)]
    place = random.choice(parts) if parts and random.random() < 0.9 else random.randrange(len(members))
    name, held = members[place]
    members[place] = name, random.choice(_ways(held, name.rpartition(".")[2]))(held, random)
    return _zipped(members)


def _packed_names(raw: bytes, random: Random) -> bytes:
    """Members dropped, doubled, renamed or exchanged."""
    try:
        source = zipfile.ZipFile(io.BytesIO(raw))
        members = [(m.filename, source.read(m)) for m in source.infolist()]
    except Exception:
        return _bytes(raw, random)
    if not members:
        return raw
    place, other = random.randrange(len(members)), random.randrange(len(members))
    way = random.randrange(4)
    if way == 0:
        del members[place]
    elif way == 1:
        members.append(members[place])
    elif way == 2:
        name = random.choice(("../x", "/etc/x", "C:\\x", "a" * 300, "x\r\ny", members[other][0].upper(), "mimetype"))
        members[place] = name, members[place][1]
    else:
        members[place], members[other] = (members[place][0], members[other][1]), (members[other][0], members[place][1])
    return _zipped(members)


def _zipped(members: list[tuple[str, bytes]]) -> bytes:
    import warnings

    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        warnings.simplefilter("ignore")
        for name, held in members:
            package.writestr(zipfile.ZipInfo(name), held)
    return out.getvalue()


def _sizes(raw: bytes, random: Random) -> bytes:
    """A size, offset, method or count in a zip's own records changed."""
    data = bytearray(raw)
    marks = [m.start() for m in re.finditer(rb"PK(?:\x01\x02|\x03\x04|\x05\x06)", raw)]
    if not marks:
        return _bytes(raw, random)
    at = random.choice(marks) + random.choice((6, 8, 10, 12, 16, 18, 20, 22, 24, 26, 28, 42))
    if at + 4 <= len(data):
        struct.pack_into("<I", data, at, random.choice(_NUMBERS) % 2**32)
    return bytes(data)


def _spot(pattern: re.Pattern[bytes], raw: bytes, random: Random) -> tuple[int, int] | None:
    found = [m.span() for m in pattern.finditer(raw)]
    return random.choice(found) if found else None


def _tags(raw: bytes, random: Random) -> bytes:
    """A tag dropped, doubled many times, or put elsewhere."""
    spot, other = _spot(_TAG, raw, random), _spot(_TAG, raw, random)
    if spot is None or other is None:
        return _bytes(raw, random)
    tag = raw[slice(*spot)]
    way = random.randrange(4)
    if way == 0:
        return raw[: spot[0]] + raw[spot[1] :]
    if way == 1:
        return raw[: spot[0]] + tag * random.choice((2, 3, 100, 3000)) + raw[spot[1] :]
    if way == 2:
        return raw[: other[0]] + tag + raw[other[0] :]
    first, last = sorted((spot[0], other[1]))
    return raw[:last] + raw[first:last] * random.choice((1, 2, 30)) + raw[last:]


def _values(raw: bytes, random: Random) -> bytes:
    """The value of an attribute, or the digits in it, replaced."""
    spot = _spot(_VALUE, raw, random)
    if spot is None:
        return _bytes(raw, random)
    held = raw[slice(*spot)]
    number = str(random.choice(_NUMBERS)).encode()
    if _DIGITS.search(held) and random.random() < 0.7:
        held = _DIGITS.sub(number, held, count=1)
    else:
        held = (
            b'="'
            + random.choice((number, b"", b"ZZZ1", b"A0", b"XFD1048576", b"&#0;", b"s", b"rId9", b"hidden"))
            + b'"'
        )
    return raw[: spot[0]] + held + raw[spot[1] :]


def _texts(raw: bytes, random: Random) -> bytes:
    """What stands between two tags replaced."""
    spot = _spot(_TEXT, raw, random)
    if spot is None:
        return _bytes(raw, random)
    word = random.choice((random.choice(_WORDS), str(random.choice(_NUMBERS)), "<![CDATA[x]]>"))
    return raw[: spot[0] + 1] + word.encode("utf-8", "surrogatepass") + raw[spot[1] - 1 :]


def _tokens(tokens: tuple[str, ...]) -> Callable[[bytes, Random], bytes]:
    def change(raw: bytes, random: Random) -> bytes:
        """Signs of the format put in where they mean something."""
        data = bytearray(raw)
        for _ in range(random.choice((1, 2, 5, 20))):
            at = random.randrange(len(data) + 1)
            token = random.choice(tokens).encode() * random.choice((1, 1, 1, 2, 300))
            data[at : at + random.choice((0, 0, 1, 5))] = token
        return bytes(data)

    return change


def _words(raw: bytes, random: Random) -> bytes:
    """A number or a word replaced by an odd one."""
    spot = _spot(re.compile(rb"[\w.]+"), raw, random)
    if spot is None:
        return _bytes(raw, random)
    word = random.choice((random.choice(_WORDS), str(random.choice(_NUMBERS))))
    return raw[: spot[0]] + word.encode("utf-8", "surrogatepass") + raw[spot[1] :]


def _rows(raw: bytes, random: Random) -> bytes:
    """Lines doubled, dropped, shuffled or joined."""
    lines = raw.split(b"\n")
    way = random.randrange(4)
    place = random.randrange(len(lines))
    if way == 0:
        lines[place:place] = [lines[place]] * random.choice((1, 5, 1500))
    elif way == 1:
        del lines[place]
    elif way == 2:
        random.shuffle(lines)
    else:
        lines[place : place + 2] = [b"".join(lines[place : place + 2]) * random.choice((1, 40))]
    return b"\n".join(lines)
