"""From an administrative document to its head, citations, tasks and indicators, each with its place in the text."""
