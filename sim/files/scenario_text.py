"""A scenario written back: as YAML that loads to the same scenario, and as a list of what differs from another."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from sim.files import units
from sim.files.yaml_nodes import scalar
from sim.knobs import Knob, knobs_of, mappings_of, sections_of
from sim.scenario import Scenario

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 _./%+-]*[A-Za-z0-9_%])?")
_OLD_WORDS = {"y", "n", "yes", "no", "on", "off"}
"""Text to us; a truth value to a reader of YAML 1.1, so that they are quoted."""


def to_yaml(scenario: Scenario, full: bool = False) -> str:
    """The scenario as YAML; loaded again it gives an equal one (but for `file`).

    Without `full` only what differs from the defaults is written.
    """
    lines = list(_lines(scenario, full, ""))
    if not any(line.startswith("store:") for line in lines):
        lines.append("store: {}")
    return "\n".join(lines) + "\n"


def differences(a: Scenario, b: Scenario) -> list[tuple[str, str, str]]:
    """What differs between two scenarios: dotted path, value in `a`, value in `b`, as a user would write them.

    Names and files are left out; what only one of them has is `off` in the other.
    """
    return [row for row in _differences(a, b, "") if row[0] != "name"]


def _lines(made: Any, full: bool, indent: str) -> Iterator[str]:
    """The lines of a section's body."""
    for knob in knobs_of(made).values():
        value = getattr(made, knob.attribute)
        if full or value != knob.default:
            yield f"{indent}{knob.name}: {written(knob, value)}"
    for name in sections_of(made):
        if body := list(_lines(getattr(made, name), full, indent + "  ")):
            yield from (f"{indent}{name}:", *body)
    for name, item in mappings_of(made).items():
        parts = getattr(made, name)
        assert callable(item.default_factory)
        if not parts or (parts == item.default_factory() and not full):
            continue
        yield f"{indent}{name}:"
        for key in sorted(parts):
            body = list(_lines(parts[key], full, indent + "    "))
            yield f"{indent}  {_key(key)}:" + ("" if body else " {}")
            yield from body


def _key(key: str) -> str:
    return key if isinstance(scalar(key), str) and not key.startswith("-") and key not in _OLD_WORDS else f'"{key}"'


def written(knob: Knob, value: Any) -> str:
    """A knob's value as YAML of one line, good within braces too."""
    text = units.text(knob, value)
    if knob.kind not in ("text", "choice") or value is None:
        return text
    # What Unicode holds is printed as it is; JSON's quotes and escapes are YAML's too.
    plain = _PLAIN.fullmatch(text) and isinstance(scalar(text), str) and text.lower() not in _OLD_WORDS
    return text if plain else json.dumps(text, ensure_ascii=False)


def _differences(a: Any, b: Any, path: str) -> Iterator[tuple[str, str, str]]:
    for knob in knobs_of(a).values():
        one, other = getattr(a, knob.attribute), getattr(b, knob.attribute)
        if one != other:
            yield f"{path}{knob.name}", _shown(knob, one), _shown(knob, other)
    for name in sections_of(a):
        yield from _differences(getattr(a, name), getattr(b, name), f"{path}{name}.")
    for name in mappings_of(a):
        ones, others = getattr(a, name), getattr(b, name)
        for key in sorted(ones.keys() | others.keys()):
            if key in ones and key in others:
                yield from _differences(ones[key], others[key], f"{path}{name}.{key}.")
            else:
                yield f"{path}{name}.{key}", _in_a_line(ones.get(key)), _in_a_line(others.get(key))


def _shown(knob: Knob, value: Any) -> str:
    return "not set" if value is None else units.text(knob, value)


def _in_a_line(made: Any) -> str:
    """A whole channel or strategy: `off`, `on` for one with every knob at its default, or the knobs that differ."""
    if made is None:
        return "off"
    parts = list(_flow(made))
    return "{" + ", ".join(parts) + "}" if parts else "on"


def _flow(made: Any) -> Iterator[str]:
    for knob in knobs_of(made).values():
        if getattr(made, knob.attribute) != knob.default:
            yield f"{knob.name}: {written(knob, getattr(made, knob.attribute))}"
    for name in sections_of(made):
        if parts := list(_flow(getattr(made, name))):
            yield f"{name}: {{{', '.join(parts)}}}"
