"""Edits the parts of an OOXML workbook in place: the cells that must change do, every other part stays as it was."""
