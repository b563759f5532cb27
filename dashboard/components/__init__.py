"""Pieces of pages: pure functions from frozen view models to markup."""
