"""Masking findings: values of personal columns stay in the file that was sent, whatever rule came upon them.

Source: decree 13/2023/NĐ-CP, article 3 (minimisation): whoever reads a verdict needs the place, not the person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from checks.compile import compile_rules
from checks.finding import Finding
from checks.rule import Rule, fill, placeholders
from data.contract import Contract

__all__ = ["MASK", "Masking"]

MASK = "•••"
"""Stands for a value of a personal column."""
_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class Masking:
    """What takes the values of hidden columns out of a contract's findings.

    A rule may quote a hidden column in its message though it stands at another column, or at none.
    """

    contract: Contract
    hidden: frozenset[str]

    @cached_property
    def _rules(self) -> Mapping[str, tuple[Rule, frozenset[str]]]:
        """Rules that quote hidden columns, with the placeholders that do."""
        if not self.hidden:
            return {}
        made = {}
        for rule in compile_rules(self.contract):
            quoted = self._quoted(rule)
            if quoted or rule.column in self.hidden or _names(self.hidden, rule.expected):
                made[rule.id] = (rule, quoted)
        return made

    def _quoted(self, rule: Rule) -> frozenset[str]:
        """Placeholders of the rule's messages that give away a hidden column."""
        known = {c.name for c in self.contract.columns}
        reads = _names(self.hidden, rule.query, rule.violation)
        return frozenset(
            name
            for name in rule.values
            if (base := name.rpartition(".")[2]) in self.hidden
            or (base in {"value", "after"} and rule.column in self.hidden)
            # A query may give a hidden column another name.
            or (reads and base not in known and not rule.derived)
        )

    def __call__(self, finding: Finding) -> Finding:
        """The finding without hidden values: neither as value, expectation, suggestion nor within its message."""
        rule, quoted = self._rules.get(finding.rule, (None, frozenset[str]()))
        own = finding.column in self.hidden
        if not own and rule is None:
            return finding
        vi, en = finding.message_vi, finding.message_en
        if rule is not None:
            vi, en = _requoted(rule.message_vi, vi, quoted), _requoted(rule.message_en, en, quoted)
        if own:
            offered = (finding.suggestion.value, finding.suggestion.label) if finding.suggestion else ()
            for text in sorted({t for t in (finding.value, *offered) if t}, key=len, reverse=True):
                vi, en = vi.replace(text, MASK), en.replace(text, MASK)
        tells = own or (rule is not None and _names(self.hidden, rule.expected))
        return replace(
            finding,
            value=MASK if own and finding.value else finding.value,
            expected=None if tells and (finding.value or not own) else finding.expected,
            suggestion=None if tells else finding.suggestion,
            message_vi=vi,
            message_en=en,
        )


def _names(hidden: frozenset[str], *texts: str | None) -> bool:
    """Whether an expression speaks of a hidden column."""
    return any(not hidden.isdisjoint(_WORD.findall(text)) for text in texts if text)


def _requoted(template: str, message: str, quoted: Iterable[str]) -> str:
    """The message with what stands in some of its placeholders masked; where it was worded otherwise, all of them."""
    names = placeholders(template)
    if not set(names) & set(quoted):
        return message
    order = re.findall(r"\{([\w.]+)\}", template)
    parts = re.split(r"\{[\w.]+\}", template)
    found = re.fullmatch("(.*?)".join(re.escape(part) for part in parts), message, re.DOTALL)
    said = dict.fromkeys(names, MASK)
    if found is not None:
        said |= {name: text for name, text in zip(order, found.groups(), strict=True) if name not in set(quoted)}
    return fill(template, said)
