"""`python -m tests.second_opinion [FOLDER|FILE …]`: our workbook readers against LibreOffice, cell by cell.

Without arguments: the public collections and the budget workbooks in ../shared. Ends with 1 where a value differs
without a known reason.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.second_opinion.libreoffice import export, installed
from tests.second_opinion.opinion import Opinion, second_opinion, summary

_SHARED = Path(__file__).resolve().parents[3] / "shared"
_FOLDERS = ("messy/messytables", "messy/sheetjs", "messy/calamine", "data/budget")
_COLUMNS = ("files", "both", "ours", "theirs", "empty", "neither", "other", "values", "differ", "unexplained")


def main() -> int:
    """Print the table and every difference; 0 where all are explained."""
    asked = argparse.ArgumentParser(prog="python -m tests.second_opinion", description=__doc__)
    asked.add_argument("paths", nargs="*", type=Path, help="folders or files; else those of ../shared")
    asked.add_argument("--cache", type=Path, help="where exports are kept; else nowhere")
    asked.add_argument("--report", type=Path, help="every difference as json")
    given = asked.parse_args()
    if not installed():
        print("LibreOffice (soffice) is not here: no second opinion")
        return 0
    paths = given.paths or [folder for name in _FOLDERS if (folder := _SHARED / name).is_dir()]
    groups = {path: _files(path) for path in paths}
    with tempfile.TemporaryDirectory() as passing:
        exports = export([f for files in groups.values() for f in files], given.cache or Path(passing))
        opinions = {path: [second_opinion(file, exports[file]) for file in files] for path, files in groups.items()}
    _print(opinions)
    everything = [o for listed in opinions.values() for o in listed]
    if given.report:
        records = [
            {**asdict(o), "file": str(o.file), "differences": [{**asdict(d), "cell": d.cell} for d in o.differences]}
            for o in everything
        ]
        given.report.write_text(json.dumps(records, ensure_ascii=False, indent=1), encoding="utf-8")
    return 1 if any(not d.reason for o in everything for d in o.differences) else 0


def _files(path: Path) -> list[Path]:
    return sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


def _print(opinions: dict[Path, list[Opinion]]) -> None:
    print(f"{'':24}" + "".join(f"{name:>12}" for name in (*_COLUMNS, "agree %", "of stored %")))
    rows = [(path.name, listed) for path, listed in opinions.items()]
    for name, listed in [*rows, ("all", [o for _, more in rows for o in more])]:
        counts = summary(listed)
        print(
            f"{name[:24]:24}"
            + "".join(f"{counts[c]:>12,}" for c in _COLUMNS)
            + f"{counts['agree']:>12.3f}{counts['agree_stored']:>12.3f}"
        )
    everything = [o for _, listed in rows for o in listed]
    for how, title in (("theirs", "only LibreOffice finds values"), ("ours", "only we open"), ("empty", "no value")):
        for opinion in everything:
            if opinion.how == how:
                print(f"{title}: {opinion.file.name} {opinion.why}")
    reasons = Counter(d.reason or "UNEXPLAINED" for o in everything for d in o.differences)
    for reason, count in reasons.most_common():
        print(f"{count:>8,}  {reason}")
    for opinion in everything:
        _print_differences(opinion)


def _print_differences(opinion: Opinion) -> None:
    by_reason: dict[tuple[str, str], list[str]] = {}
    for d in opinion.differences:
        by_reason.setdefault((d.sheet, d.reason), []).append(f"{d.cell} {d.ours!r} | {d.theirs!r}")
    for (sheet, reason), cells in by_reason.items():
        few: Sequence[str] = cells[:4] if reason else cells[:40]
        more = f" … {len(cells)} cells" if len(cells) > len(few) else ""
        print(f"{opinion.file.name} [{sheet}] {reason or 'UNEXPLAINED'}: {'; '.join(few)}{more}")


if __name__ == "__main__":
    sys.exit(main())
