"""The review of administrative documents: reading them, showing what was found in its place, deciding of it."""
