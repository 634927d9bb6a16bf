"""Safe reading of YAML into a small tree whose every part knows its place in the file.

Nothing is ever constructed from a tag. Plain scalars follow the core rules of YAML 1.2: `1e-3` is a number; `9:00`,
`no` and `off` are text. The depth of the tree and what its aliases expand to are bounded, so that the worst file is
refused as fast as a good one is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml

from sim.errors import BadInput, Problem
from sim.files.source import Place, printable

MAX_DEPTH = 20
MAX_NODES = 20_000
"""Values in one file, each alias counted as all that it stands for."""

PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_OCTAL, _HEXADECIMAL = re.compile(r"0o[0-7]+"), re.compile(r"0x[0-9a-fA-F]+")
_WORDS: dict[str, bool | float | None] = {"": None, "~": None}
_WORDS |= dict.fromkeys(("null", "Null", "NULL"))
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True)
_WORDS |= dict.fromkeys(("false", "False", "FALSE"), False)
_WORDS |= {sign + word: float(sign + "inf") for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")}
_WORDS |= {word: float("nan") for word in (".nan", ".NaN", ".NAN")}
_LONGEST_INTEGER = 300
"""Digits beyond which a whole number is read as a float: Python refuses thousands of digits, floats end at 309."""

_MISFIT = "the line does not fit to what stands before it; check its indentation and its quotes"
_PLAIN_WORDS = (
    ("mapping values are not allowed", "a ':' stands where no key can be; check the indentation or quote the text"),
    ("expected ':'", "a key without its ':'"),
    ("expected alphabetic or numeric character", "a '*' or '&' begins a value; put the value in quotes"),
    ("expected ',' or '}'", "a ',' or a closing '}' is missing"),
    ("expected ',' or ']'", "a ',' or a closing ']' is missing"),
    ("unexpected end of stream", "a quote is opened and not closed"),
    ("unexpected document indicator", "a quote is opened and not closed"),
    ("expected key", _MISFIT),
    ("block end", _MISFIT),
    ("expected '-' indicator", _MISFIT),
    ("block sequence entries are not allowed", "a '-' stands where no list can begin"),
    ("escape", "a '\\' in double quotes begins no known escape; use single quotes"),
    ("<document start>", "the text goes on after the end of the scenario; check the indentation"),
    ("node content", "a value is missing"),
    ("undefined tag handle", "tags (!) are not allowed"),
    ("parsing a tag", "tags (!) are not allowed"),
    ("scanning a tag", "tags (!) are not allowed"),
)
"""What the parser says, and the same for a reader who does not know its vocabulary."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place."""

    place: Place
    value: bool | int | float | str | tuple[Node, ...] | dict[str, Entry] | None
    """A scalar's value, a list's items, or a mapping's entries by key."""
    text: str = ""
    """A scalar as it was written, without quotes."""


class Entry(NamedTuple):
    """A key's place and its value."""

    place: Place
    node: Node


def scalar(text: str) -> bool | int | float | str | None:
    """The value of an unquoted scalar by the core rules of YAML 1.2."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) <= _LONGEST_INTEGER else float(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    for base, pattern in ((8, _OCTAL), (16, _HEXADECIMAL)):
        if len(text) <= _LONGEST_INTEGER // 2 and pattern.fullmatch(text):
            return int(text[2:], base)
    return text


def parse(text: str, label: str, *, placed: bool = True) -> tuple[Node | None, list[Problem]]:
    """The tree of one YAML document, None where it is empty, and the mistakes that do not hinder reading on.

    `placed=False` leaves lines and columns out, for a text that is not in a file.
    Raises BadInput for what cannot be read further: bad syntax, too deep, too much, a second document.
    """
    reading = _Reading(label, text, placed)
    try:
        for event in _events(text):
            reading.take(event)
    except (yaml.YAMLError, ValueError, OverflowError) as fault:
        raise BadInput([*reading.problems, reading.syntax(fault)]) from None
    return reading.root, reading.problems


def _events(text: str) -> Iterator[Any]:
    """The parser's events, one by one: nothing is read beyond the first that is refused."""
    parser = PARSER(text)
    try:
        while parser.check_event():
            yield parser.get_event()
    finally:
        parser.dispose()


@dataclass
class _Open:
    """A list or a mapping that is still being read."""

    place: Place
    anchor: str | None
    before: int
    """How many nodes had been counted when it began."""
    items: list[Node] | None
    entries: dict[str, Entry] = field(default_factory=dict)
    key: tuple[str, Place] | None = None
    """The key whose value comes next; in a list always None."""


class _Reading:
    """Builds the tree from events without recursion, counting as it goes."""

    def __init__(self, label: str, text: str, placed: bool) -> None:
        self.label, self.text, self.placed = label, text, placed
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self.open: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.nodes = 0
        self.documents = 0

    def place(self, mark: Any) -> Place:
        return Place(self.label, mark.line + 1, mark.column + 1) if self.placed and mark else Place(self.label)

    def take(self, event: Any) -> None:
        place = self.place(event.start_mark)
        if getattr(event, "tag", None) is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.problems.append(place.problem(f"tags are not allowed: '{printable(tag, 60)}'"))
        if isinstance(event, yaml.ScalarEvent):
            plain = event.style is None or event.style == ""
            node = Node(place, scalar(event.value) if plain else event.value, event.value)
            self.count(1, place)
            self.remember(event.anchor, node, 1)
            self.add(node, place)
        elif isinstance(event, yaml.AliasEvent):
            self.add(self.alias(event.anchor or "", place), place)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self.count(1, place)
            if len(self.open) >= MAX_DEPTH:
                deep = place.problem("is nested too deeply", allowed=f"{MAX_DEPTH} levels")
                raise BadInput([*self.problems, deep])
            items: list[Node] | None = [] if isinstance(event, yaml.SequenceStartEvent) else None
            self.open.append(_Open(place, event.anchor, self.nodes - 1, items))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            done = self.open.pop()
            node = Node(done.place, done.entries if done.items is None else tuple(done.items))
            self.remember(done.anchor, node, self.nodes - done.before)
            self.add(node, done.place)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise BadInput([*self.problems, place.problem("a second document begins; a file holds one scenario")])

    def count(self, nodes: int, place: Place) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            much = place.problem("holds too many values", allowed=f"{MAX_NODES:,} values, aliases counted in full")
            raise BadInput([*self.problems, much])

    def remember(self, anchor: str | None, node: Node, size: int) -> None:
        if anchor is not None:
            self.anchors[anchor] = node, size

    def alias(self, anchor: str, place: Place) -> Node:
        said = f"the alias '*{printable(anchor, 60)}' stands for"
        if any(outer.anchor == anchor for outer in self.open):
            raise BadInput([*self.problems, place.problem(f"{said} what it is part of")])
        if anchor not in self.anchors:
            raise BadInput([*self.problems, place.problem(f"{said} nothing before it")])
        node, size = self.anchors[anchor]
        self.count(size, place)
        return node

    def add(self, node: Node, place: Place) -> None:
        """Put a finished node where it belongs: the root, a list, or a mapping as key or value."""
        if not self.open:
            self.root = node if node.value is not None or node.text else None
            return
        inner = self.open[-1]
        if inner.items is not None:
            inner.items.append(node)
        elif inner.key is None:
            if isinstance(node.value, tuple | dict):
                self.problems.append(place.problem("a key must be a word, not a list or a section"))
            inner.key = node.text, place
        else:
            (key, where), inner.key = inner.key, None
            if key in inner.entries:
                first = inner.entries[key].place
                line = f", first in line {first.line}" if first.line else ""
                self.problems.append(where.problem(f"the key '{printable(key, 60)}' stands twice{line}"))
            else:
                inner.entries[key] = Entry(where, node)

    def syntax(self, fault: Exception) -> Problem:
        """The parser's complaint in plain words."""
        said = f"{getattr(fault, 'context', None) or ''} {getattr(fault, 'problem', None) or ''}".strip()
        mark: Any = getattr(fault, "problem_mark", None)
        if mark is None or "found unexpected" in said:  # where a quote was opened, not the end of the file
            mark = getattr(fault, "context_mark", None) or mark
        if mark is None:
            first_line = str(fault).partition("\n")[0]
            return self.place(None).problem(f"is not YAML: {first_line or type(fault).__name__}")
        lines = self.text.splitlines()
        if tab := self.tab(lines, mark.line):
            return tab.problem("a tab indents the line; YAML wants spaces")
        rest = lines[mark.line][mark.column :] if mark.line < len(lines) else ""
        if "cannot start any token" in said and rest:
            if rest[0] == "\t":
                return self.place(mark).problem("a tab stands where YAML wants spaces")
            found = f"'{rest[0]}'" if rest[0].isprintable() else f"the character U+{ord(rest[0]):04X}"
            return self.place(mark).problem(f"{found} cannot begin a value; put the value in quotes")
        plain = next((words for part, words in _PLAIN_WORDS if part in said), said)
        return self.place(mark).problem(f"is not YAML: {plain}")

    def tab(self, lines: list[str], line: int) -> Place | None:
        """The first tab that indents the line of a fault, or the one before it."""
        for number in (line, line - 1):
            indent = re.match(r"[ \t]*", lines[number] if 0 <= number < len(lines) else "")
            if indent and "\t" in indent.group():
                column = indent.group().index("\t") + 1
                return Place(self.label, number + 1, column) if self.placed else Place(self.label)
        return None
