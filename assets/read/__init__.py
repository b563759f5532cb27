"""Finds the tables in any file that a department may send, whatever its format.

The public door is `read_file` (or `read_bytes`): it gives a `data.table.Reading`, or raises
`data.table.UnreadableError` with one clear line in Vietnamese and in English. Every format is turned into the same
raw grid of cells, and one shape detector finds the tables in it.
"""

from assets.read.door import read_bytes, read_file
from assets.read.limits import DEFAULT_LIMITS, Limits

__all__ = ["DEFAULT_LIMITS", "Limits", "read_bytes", "read_file"]
