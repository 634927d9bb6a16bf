"""The JSON Schema of a scenario file, for editors that complete and check while one types; from the declarations."""

from __future__ import annotations

from typing import Any

import sim.strategies
from sim.files import units
from sim.files.build import NAME, RESERVED
from sim.knobs import GRADES, KINDS, Knob, knobs_of, mappings_of, sections_of
from sim.scenario import Scenario

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def _quantity(*of: str) -> str:
    """The pattern of a number with one of these units of time, spelt in any way that is known."""
    spelt = (f"[{name[0]}{name[0].upper()}]{name[1:]}" for name, unit in units.UNIT_OF.items() if unit in of)
    return rf"^\s*{units.NUMBER}\s*(?:{'|'.join(spelt)})\s*$"


_PATTERNS = {
    "share": rf"^\s*{units.NUMBER}\s*%\s*$",
    "duration": _quantity(*units.DAYS),
    "months": _quantity("month", "year"),
    "date": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "clock": r"^\s*([01]?[0-9]|2[0-3]):[0-5][0-9]\s*$",
}
_SWITCH: list[Schema] = [{"enum": ["on", "off"]}, {"type": ["boolean", "null"]}]


def json_schema() -> Schema:
    """The schema (draft 2020-12) of a scenario file: every key with its kind, range, default and help.

    It accepts what the loader accepts. What only the loader can see it lets pass: a quantity with a unit that is out
    of range, values that contradict each other, what `extends` leads to.
    """
    schema = _section(Scenario, Scenario.__doc__ or "")
    extends = {"type": "string", "minLength": 1, "description": "A scenario this one changes, relative to this file."}
    schema["properties"] = {"extends": extends, **schema["properties"]}
    schema["anyOf"] = [{"required": ["store"]}, {"required": ["extends"]}]
    schema["type"] = "object"  # a scenario is never left empty
    return {"$schema": DIALECT, "title": "A scenario of regulars", **schema}


def _section(declaration: type, help: str) -> Schema:
    """A mapping of knobs, sections and sections by name; it may be left empty."""
    properties = {name: _knob(knob) for name, knob in knobs_of(declaration).items()}
    helps = {name: str(field.metadata.get("help", "")) for name, field in _fields(declaration).items()}
    properties |= {name: _section(of, helps[name]) for name, of in sections_of(declaration).items()}
    for name, field in mappings_of(declaration).items():
        if "named" in field.metadata:
            properties[name] = _named(field.metadata["named"], helps[name], RESERVED.get(name, {}))
        else:
            properties[name] = _strategies(helps[name])
    return {
        "description": help,
        "type": ["object", "null"],
        "properties": properties,
        "additionalProperties": False,
    }


def _fields(declaration: type) -> dict[str, Any]:
    return dict(declaration.__dataclass_fields__)  # type: ignore[attr-defined]


def _named(of: type, help: str, reserved: dict[str, str]) -> Schema:
    names = {"pattern": f"^{NAME.pattern}$", "not": {"enum": sorted(reserved)}}
    part = {"anyOf": [_section(of, of.__doc__ or ""), {"enum": ["off"]}, {"const": False}]}
    return {"description": help, "type": ["object", "null"], "propertyNames": names, "additionalProperties": part}


def _strategies(help: str) -> Schema:
    properties = {
        name: {"description": kind.title, "anyOf": [_section(kind, kind.__doc__ or ""), *_SWITCH]}
        for name, kind in sim.strategies.catalogue().items()
    }
    return {
        "description": help,
        "type": ["object", "null"],
        "properties": properties,
        "additionalProperties": False,
    }


def _knob(knob: Knob) -> Schema:
    """One value: how it may be written, its range, default and help."""
    ways = _ways(knob)
    if knob.default is None:
        ways.append({"type": "null"})
    return {
        "title": knob.label,
        "description": _description(knob),
        "default": None if knob.default is None else _default(knob),
        **(ways[0] if len(ways) == 1 else {"anyOf": ways}),
    }


def _description(knob: Knob) -> str:
    parts = [knob.help]
    if knob.kind != "choice":
        parts.append(f"{KINDS[knob.kind][0].upper()}{KINDS[knob.kind][1:]}{f' ({knob.unit})' if knob.unit else ''}.")
    if knob.grade:
        parts.append(f"Evidence: {GRADES[knob.grade]}.")
    if knob.source:
        parts.append(f"Source: {knob.source}.")
    return " ".join(parts)


def _default(knob: Knob) -> Any:
    """The default as a file would have it: a number where that is a number, else text."""
    if knob.kind == "numbers":
        return list(knob.default)
    bare = isinstance(knob.default, bool | int) or knob.kind in ("factor", "number", "money")
    return knob.default if bare else units.text(knob, knob.default)


def _ways(knob: Knob) -> list[Schema]:
    """The ways a value of this kind may be written."""
    low, high = units.bounds(knob)
    ranged = {"minimum": low, "maximum": high} if low is not None else {}
    written = {"type": "string", "pattern": _PATTERNS.get(knob.kind, "")}
    match knob.kind:
        case "share":
            return [{"type": "number", **ranged}, written]
        case "factor" | "number" | "money":
            return [{"type": "number", **ranged}]
        case "integer":
            return [{"type": "integer", **ranged}]
        case "months":
            return [{"type": "integer", **ranged}, written]
        case "duration":
            return [written, {"const": 0}] if not low else [written]
        case "choice":
            return [{"enum": list(knob.choices)}]
        case "flag":
            return [{"type": "boolean"}]
        case "date":
            return [{**written, "format": "date"}]
        case "clock":
            return [written]
        case "numbers":
            size = {} if knob.length is None else {"minItems": knob.length, "maxItems": knob.length}
            return [{"type": "array", "items": {"type": "number", **ranged}, **size}]
        case _:
            return [{"type": "string", "maxLength": units.MAX_TEXT}, {"type": "number"}]
