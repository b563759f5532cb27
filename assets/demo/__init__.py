"""The demonstration province: a seeded world, its departments' ugly files, and the defects planted in them.

`generate` writes the files and a manifest that says which finding must be found at which cell; the world itself is
data, one recipe a dataset in `recipes/`.
"""

from assets.demo.generate import Generated, Span, generate

__all__ = ["Generated", "Span", "generate"]
