"""Finds tables in a raw grid: where the header is, where the data begin and end, and what each row is."""

from assets.read.shape.detector import TooManyTablesError, find_tables

__all__ = ["TooManyTablesError", "find_tables"]
