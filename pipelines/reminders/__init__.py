"""Reminders: who is told what, when, in which words, and how it gets there."""
