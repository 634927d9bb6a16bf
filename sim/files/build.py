"""From a tree of YAML values to a `Scenario`, by the declarations alone; no mistake hides another."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import sim.strategies
from sim.errors import BadInput, Problem
from sim.files import units
from sim.files.source import Place
from sim.files.yaml_nodes import Entry, Node
from sim.knobs import Knob, knobs_of, mappings_of, sections_of
from sim.nearest import nearest
from sim.scenario import Scenario

MAX_TOLD = 50
"""Mistakes told one by one; beyond it only their number."""
RESERVED = {"channels": {"referral": "customers brought by customers are told apart under this name"}}
"""Names that a user cannot give, and why."""
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""How a channel may be called."""


def scenario_of(tree: Node, problems: list[Problem], *, name: str, file: str) -> Scenario:
    """The scenario of a merged tree, called `name` where the tree has none.

    Raises BadInput with `problems`, those found before, and all mistakes of the tree.
    """
    scenario: Scenario = section_of(Scenario, tree, problems)
    return dataclasses.replace(scenario, name=scenario.name or name, file=file)


def section_of(declaration: type, tree: Node, problems: list[Problem]) -> Any:
    """A section of any declaration, what is absent at its default.

    Raises BadInput with `problems`, those found before, and all mistakes of the tree.
    """
    building = _Building(problems)
    made = building.section(declaration, Entry(tree.place, tree), "")
    if building.problems:
        raise BadInput(told(building.problems))
    return made


def told(problems: list[Problem]) -> list[Problem]:
    """The mistakes to tell: without repetitions, and not more than a reader can take in."""
    files = list(dict.fromkeys(problem.file for problem in problems))
    unique = sorted(dict.fromkeys(problems), key=lambda one: (files.index(one.file), one.line, one.column))
    more = len(unique) - MAX_TOLD
    return [*unique[:MAX_TOLD], Problem(f"and {more:,} more mistakes")] if more > 0 else unique


def joined(path: str, key: str) -> str:
    """A dotted path one step further, safe to print."""
    shown = key if NAME.fullmatch(key) else units.shown(key)
    return f"{path}.{shown}" if path else shown


class _Building:
    """Builds sections and keeps what is wrong with them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = list(problems)

    def tell(self, place: Place, path: str, message: str, allowed: str = "", suggestion: str = "") -> None:
        self.problems.append(place.problem(message, path, allowed, suggestion))

    def section(self, declaration: type, entry: Entry, path: str) -> Any:
        """A section; what is wrong or absent has its default."""
        before = len(self.problems)
        entries = self.entries(entry.node, path)
        knobs, sections, many = knobs_of(declaration), sections_of(declaration), mappings_of(declaration)
        self.unknown(entries, [*knobs, *sections, *many], path)
        values: dict[str, Any] = {}
        for name, (_, node) in entries.items():
            here = joined(path, name)
            if name in knobs:
                self.knob(knobs[name], node, here, values)
            elif name in sections:
                values[name] = self.section(sections[name], entries[name], here)
            elif name in many and "named" in many[name].metadata:
                values[name] = self.named(many[name].metadata["named"], node, here)
            elif name in many and "texts" in many[name].metadata:
                values[name] = self.texts(node, here)
        sound = len(self.problems) == before
        for name in many.keys() & entries.keys():
            if "strategies" in many[name].metadata:
                values[name] = self.strategies(entries[name].node, joined(path, name))
        made = declaration(**values)
        if sound:  # else a default in the place of a mistake could contradict what is right
            self.contradictions(made, entry, entries, path)
        return made

    def entries(self, node: Node, path: str) -> dict[str, Entry]:
        """The entries of a section, none where it is left empty."""
        if isinstance(node.value, dict):
            return node.value
        if node.value is not None:
            what = f"'{path}' is a section" if path else "a scenario is a section"
            self.tell(node.place, path, f"{units.shown(node.value)} stands where {what}", "keys with values below it")
        return {}

    def unknown(self, entries: dict[str, Entry], known: list[str], path: str) -> None:
        for name, entry in entries.items():
            if name not in known:
                near = nearest(name, known) if len(self.problems) < MAX_TOLD else ""
                listed = "" if near else ", ".join(known)
                self.tell(entry.place, joined(path, name), "there is no such key", listed, near)

    def knob(self, knob: Knob, node: Node, path: str, values: dict[str, Any]) -> None:
        """Add a knob's value, or tell what is wrong with it."""
        value: Any = node.value
        if isinstance(value, tuple):
            value = [item.value if not isinstance(item.value, tuple | dict) else item for item in value]
        elif knob.kind in ("text", "choice") and isinstance(value, int | float) and not isinstance(value, bool):
            value = node.text  # a name such as 2025 is a text, as it was written
        try:
            values[knob.attribute] = units.parse(knob, value)
        except BadInput as mistake:
            for problem in mistake.problems:
                self.tell(node.place, path, problem.message, problem.allowed, problem.suggestion)

    def named(self, declaration: type, node: Node, path: str) -> dict[str, Any]:
        """Sections under names that the user gives; one that is `off` is left out."""
        found = {}
        reserved = RESERVED.get(path, {})
        for name, entry in self.entries(node, path).items():
            here = joined(path, name)
            if not NAME.fullmatch(name):
                self.tell(entry.place, here, "a name has up to 64 letters, digits, '_' and '-'")
            elif name in reserved:
                self.tell(entry.place, here, f"the name '{name}' is taken: {reserved[name]}")
            if not self.is_off(entry.node):
                found[name] = self.section(declaration, entry, here)
        return found

    def texts(self, node: Node, path: str) -> dict[str, str]:
        """Texts by name; a list of them has commas between."""
        found = {}
        for name, entry in self.entries(node, path).items():
            items = entry.node.value if isinstance(entry.node.value, tuple) else (entry.node,)
            for item in items:
                if isinstance(item.value, dict | tuple) or not item.text.strip():
                    self.tell(item.place, joined(path, name), f"{units.shown(item.value)} is not a text")
            found[name] = ",".join(item.text for item in items)
        return found

    def strategies(self, node: Node, path: str) -> dict[str, Any]:
        """The strategies that are on, by name in alphabetical order."""
        catalogue = sim.strategies.catalogue()
        entries = self.entries(node, path)
        self.unknown(entries, list(catalogue), path)
        found = {}
        for name in sorted(catalogue.keys() & entries.keys()):
            place, given = entries[name]
            here = joined(path, name)
            if self.is_off(given):
                continue
            if isinstance(given.value, dict):
                found[name] = self.section(catalogue[name], entries[name], here)
            elif given.value is None or given.value is True or given.value == "on":
                found[name] = self.section(catalogue[name], Entry(place, Node(given.place, {})), here)
            else:
                said = f"{units.shown(given.value)} is no setting"
                self.tell(given.place, here, said, "on, off, or its knobs below it")
        return found

    @staticmethod
    def is_off(node: Node) -> bool:
        return node.value is False or node.value == "off"

    def contradictions(self, made: Any, entry: Entry, entries: dict[str, Entry], path: str) -> None:
        find = getattr(made, "contradictions", None)
        for name, message in find() if find else ():
            place = entries[name].node.place if name in entries else entry.place
            self.tell(place, joined(path, name), message)
