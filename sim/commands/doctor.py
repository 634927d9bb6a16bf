"""`regulars doctor`: what this terminal and this machine can do, and what to do about what they cannot."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sim.commands import options

if TYPE_CHECKING:
    from sim.doctor import Fact
    from sim.terminal import Terminal

SCHEMA = "regulars.doctor/1"
EXAMPLE = """examples:
  regulars doctor
  regulars doctor --format json > report.json"""


def execute(words: Sequence[str]) -> int:
    """Print the facts; returns the exit code: 1 where something keeps commands from working."""
    parser = options.Parser(
        "doctor",
        "What this terminal can show (size, colours, letters, with a pattern to look at), and whether this machine has\n"
        "what the commands and the lab need. Ends with 1 where something is broken.",
        EXAMPLE,
    )
    options.add_format(parser, ("table", "json"))
    found = parser.read(words)

    from dataclasses import asdict

    from sim._version import __version__
    from sim.doctor import BAD, PATTERN, examined
    from sim.files.writing import emit
    from sim.report.as_json import dumps
    from sim.terminal import look

    facts = examined()
    broken = any(fact.grade == BAD for fact in facts)
    if found.format == "json":
        emit(dumps({
            "schema": SCHEMA,
            "version": __version__,
            "sound": not broken,
            "facts": [asdict(fact) for fact in facts],
            "pattern": [{"name": name, "text": signs, "should_show": seen} for name, signs, seen in PATTERN],
        }))  # fmt: skip
    else:
        emit("\n".join([f"regulars {__version__}", *_told(facts, look(sys.stdout))]) + "\n")
    return 1 if broken else 0


def _told(facts: Sequence[Fact], terminal: Terminal) -> Iterator[str]:
    """The facts under the names of their groups, the advice below each, and the pattern below the terminal's."""
    from sim.doctor import pattern

    for group in dict.fromkeys(fact.group for fact in facts):
        yield f"\n{group}"
        for fact in facts:
            if fact.group == group:
                yield from _lines(fact, terminal)
        if group == "terminal":
            yield "\nwhat you should see"
            yield pattern(terminal).rstrip("\n")
    yield f"\n{_verdict(facts)}"


def _lines(fact: Fact, terminal: Terminal) -> Iterator[str]:
    import textwrap

    from sim.doctor import BAD
    from sim.text import printable

    mark = "!" if fact.grade == BAD else " "
    yield f"{mark} {fact.name:<22} {printable(fact.value, terminal.encoding)}"
    for line in textwrap.wrap(printable(fact.advice, terminal.encoding), max(terminal.columns - 25, 30)):
        yield f"{'':<25}{line}"


def _verdict(facts: Sequence[Fact]) -> str:
    from sim.doctor import BAD

    bad = [fact.name for fact in facts if fact.grade == BAD]
    if bad:
        return f"Something is broken: {', '.join(bad)}."
    missing = [fact.name for fact in facts if fact.value in ("a file or a pipe", "not installed")]
    return f"Commands work; the lab would need: {', '.join(missing)}." if missing else "All is well."
