"""The short form of the fuzzer: the same few hundred broken files each time, in a child with limits."""

from __future__ import annotations

import time
from pathlib import Path

from tests.fuzz.runner import Report, run_cases

CASES = 400
SECONDS = 15.0
"""A slow machine reads fewer of them, always the same ones first."""


def test_broken_files_end_with_tables_or_one_clear_line(tmp_path: Path) -> None:
    until, report = time.monotonic() + SECONDS, Report()
    for state in run_cases(20260701, iter(range(CASES)), tmp_path):
        report = state
        if time.monotonic() > until:
            break
    assert report.cases > 20 and report.findings == []
    assert len(report.ends) > 5
