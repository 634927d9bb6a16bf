"""The text of a YAML file as a tree whose every part knows which characters it is: for editing one and no other."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What ends a line."""
_UNSAFE = re.compile(r"[,\[\]{}#\r\n]|: |:$")
"""What a plain scalar cannot hold within braces."""


@dataclass
class Part:
    """A scalar, a list, a mapping or an alias, and where it stands in the text."""

    kind: str
    """`scalar`, `list`, `mapping` or `alias`."""
    start: int
    """Where it begins, its anchor included."""
    end: int
    """One past its last character; comments behind it do not belong to it."""
    value: str = ""
    """A scalar's text; an alias's name."""
    style: str = ""
    """A scalar's: empty for a plain one, else one of `'`, `"`, `|`, `>`."""
    flow: bool = False
    """Whether a list or a mapping stands in brackets or braces."""
    anchor: str = ""
    items: list[Part] = field(default_factory=list)
    entries: list[tuple[Part, Part]] = field(default_factory=list)
    """Keys and values of a mapping, in their order."""

    @property
    def empty(self) -> bool:
        """Whether it is a value that was not written."""
        return self.kind == "scalar" and self.start == self.end

    def entry(self, key: str) -> tuple[Part, Part] | None:
        """The key and the value under a name."""
        return next((pair for pair in self.entries if pair[0].value == key), None)


@dataclass(frozen=True)
class Spans:
    """A text and its parts."""

    text: str
    root: Part | None
    """None where the text holds nothing."""
    anchors: dict[str, Part]
    aliases: list[Part]

    @classmethod
    def of(cls, text: str) -> Spans:
        """The parts of a text that `yaml_nodes.parse` takes without a mistake. Raises yaml.YAMLError for others."""
        reading = _Reading(text)
        # The marks of the parser written in Python count characters; those of the C one do not say what they count.
        events: Any = yaml.parse(text, yaml.SafeLoader)
        for event in events:
            reading.take(event)
        return cls(text, reading.root, reading.anchors, reading.aliases)

    def line_start(self, place: int) -> int:
        """Where the line of a place begins."""
        return max((found.end() for found in BREAK.finditer(self.text, 0, place)), default=0)

    def line_end(self, place: int) -> int:
        """Where the line of a place ends, before its break."""
        found = BREAK.search(self.text, place)
        return found.start() if found else len(self.text)

    @property
    def newline(self) -> str:
        """How the text ends its lines."""
        found = BREAK.search(self.text)
        return found.group() if found and found.group() in ("\r\n", "\r") else "\n"

    def indent(self, mapping: Part) -> int:
        """The column of a block mapping's keys."""
        first = mapping.entries[0][0].start
        return first - self.line_start(first)

    def flow(self, part: Part) -> str:
        """A part as it can be written within braces in one line, its aliases as what they stand for."""
        if part.kind == "alias":
            return self.flow(self.anchors[part.value])
        if part.kind == "list":
            return "[" + ", ".join(self.flow(item) for item in part.items) + "]"
        if part.kind == "mapping":
            return "{" + ", ".join(f"{self.flow(key)}: {self.flow(value)}" for key, value in part.entries) + "}"
        if part.style or _UNSAFE.search(part.value):
            return json.dumps(part.value, ensure_ascii=False)
        return part.value or "null"


class _Reading:
    """Builds the parts from the parser's events."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root: Part | None = None
        self.open: list[tuple[Part, list[Part]]] = []
        self.anchors: dict[str, Part] = {}
        self.aliases: list[Part] = []

    def take(self, event: Any) -> None:
        # Told apart by name: the marks and names that the events have are optional to a type checker.
        kind = type(event).__name__
        if kind == "AliasEvent":
            part = Part("alias", event.start_mark.index, event.end_mark.index, event.anchor)
            self.aliases.append(part)
            self.add(part)
        elif kind == "ScalarEvent":
            self.add(self.named(self.scalar(event), event))
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            what = "mapping" if kind == "MappingStartEvent" else "list"
            start = event.start_mark.index
            self.open.append((self.named(Part(what, start, start, flow=bool(event.flow_style)), event), []))
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            part, inner = self.open.pop()
            if part.kind == "list":
                part.items = inner
            else:
                part.entries = list(zip(inner[::2], inner[1::2], strict=True))
            # A block ends where the next thing begins, as the parser sees it; for us with its last part.
            part.end = event.end_mark.index if part.flow else max((each.end for each in inner), default=part.start)
            self.add(part)

    def scalar(self, event: Any) -> Part:
        start, end = event.start_mark.index, event.end_mark.index
        return Part("scalar", start, end, event.value, event.style or "")

    def named(self, part: Part, event: Any) -> Part:
        if event.anchor:
            part.anchor = event.anchor
            self.anchors[event.anchor] = part
        return part

    def add(self, part: Part) -> None:
        if self.open:
            self.open[-1][1].append(part)
        else:
            self.root = part


