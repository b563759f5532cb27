"""A contract's text with the line of every part of it, so that a fault can be shown where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

__all__ = ["ContractSource", "Step", "dotted"]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Step = str | int
"""A mapping's key or a list's position."""


def dotted(path: tuple[Step, ...]) -> str:
    """A path as people write it: ("schema", 0, "name") → "schema[0].name"."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


@dataclass(frozen=True)
class ContractSource:
    """One contract file: its text, what YAML makes of it, and the tree that knows the lines."""

    file: Path
    document: dict[str, Any]
    tree: yaml.Node

    @classmethod
    def read(cls, file: Path) -> ContractSource:
        """Reads a file. Raises yaml.YAMLError where it is no YAML, ValueError where it is no mapping."""
        loader = _Loader(file.read_text(encoding="utf-8"))
        try:
            tree = loader.get_single_node()
            document = loader.construct_document(tree) if tree is not None else None
        finally:
            loader.dispose()
        if not isinstance(document, dict):
            raise ValueError("tệp không phải một hợp đồng YAML / the file is no YAML mapping")
        return cls(file, document, tree)

    def line(self, path: tuple[Step, ...]) -> int:
        """Line (from 1) of a part; of the nearest part around it where it is not there."""
        node, line = self.tree, 1
        for step in path:
            if isinstance(node, yaml.MappingNode):
                found = next(((k, v) for k, v in node.value if k.value == step), None)
                if found is None:
                    return line
                line, node = found[0].start_mark.line + 1, found[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.start_mark.line + 1
            else:
                return line
        return line

    def at(self, path: tuple[Step, ...]) -> Any:
        """What stands at a path; None where nothing does."""
        value: Any = self.document
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def custom(self, path: tuple[Step, ...], name: str) -> tuple[Step, ...]:
        """Path of a customProperty under `path`; of the list that should hold it where it is missing."""
        holder = (*path, "customProperties")
        for index, item in enumerate(self.at(holder) or []):
            if isinstance(item, dict) and item.get("property") == name:
                return (*holder, index)
        return holder if self.at(holder) is not None else path
