"""`regulars strategies [NAME]`: every strategy, with all its knobs and how far to trust their defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.commands import options

if TYPE_CHECKING:
    from sim.knobs import Knob
    from sim.strategies import Strategy

EXAMPLE = """examples:
  regulars strategies
  regulars strategies discount_cycle
  regulars strategies discount_cycle --format json"""


def execute(words: Sequence[str]) -> int:
    """Print the list, or one strategy with its knobs; returns the exit code."""
    parser = options.Parser(
        "strategies", "List the strategies, or explain one: its knobs, their defaults, ranges and evidence.", EXAMPLE
    )
    parser.add_argument("name", metavar="NAME", nargs="?", help="explain this strategy")
    options.add_format(parser)
    found = parser.read(words)

    from sim.commands.listing import known, listed
    from sim.files.writing import emit
    from sim.report.as_json import dumps
    from sim.strategies import catalogue

    kinds: Mapping[str, type[Strategy]] = catalogue()
    if found.name is not None:
        kinds = {found.name: kinds[known(found.name, kinds, "strategy", "strategies")]}
    if found.format == "json":
        told = [_whole(kind) for kind in kinds.values()]
        emit(dumps(told if found.name is None else told[0]))
    elif found.name is None:
        rows = [{"name": kind.name, "title": kind.title, "what it does": _about(kind)} for kind in kinds.values()]
        emit(listed(rows, found.format))
    elif found.format == "table":
        emit("".join(_explained(kinds[found.name])))
    else:
        emit(listed([_row(knob) for knob in _knobs(kinds[found.name])], found.format))
    return 0


def _about(kind: type[Strategy]) -> str:
    """The first paragraph of the strategy's docstring in one line."""
    return " ".join((kind.__doc__ or "").split("\n\n")[0].split())


def _knobs(kind: type[Strategy]) -> list[Knob]:
    """The strategy's own knobs before those that every strategy has."""
    from sim.knobs import knobs_of
    from sim.strategies import Strategy

    shared = knobs_of(Strategy)
    found = knobs_of(kind)
    return [*(knob for name, knob in found.items() if name not in shared), *(found[name] for name in shared)]


def _range(knob: Knob) -> str:
    from sim.files import units

    if knob.choices:
        return " | ".join(knob.choices)
    low, high = (None if end is None else units.text(knob, end) for end in _ends(knob))
    if low is not None and high is not None:
        return f"{low} to {high}"
    return f"at least {low}" if low is not None else f"at most {high}" if high is not None else ""


def _ends(knob: Knob) -> tuple[Any, Any]:
    whole = knob.kind in ("integer", "months")
    return tuple(None if end is None else int(end) if whole else end for end in (knob.low, knob.high))  # type: ignore[return-value]


def _default(knob: Knob) -> str:
    from sim.files import units

    return "not set" if knob.default is None else units.text(knob, knob.default)


def _plausible(knob: Knob) -> str:
    from sim.files import units

    return "" if knob.evidence is None else " to ".join(units.text(knob, end) for end in knob.evidence)


def _row(knob: Knob) -> dict[str, str]:
    return {
        "knob": knob.name, "default": _default(knob), "range": _range(knob), "plausible": _plausible(knob),
        "grade": knob.grade, "help": knob.help, "unit": knob.unit, "source": knob.source,
    }  # fmt: skip


def _whole(kind: type[Strategy]) -> dict[str, Any]:
    """All there is to know of a strategy, for machines."""
    return {
        "name": kind.name,
        "title": kind.title,
        "about": " ".join((kind.__doc__ or "").split()),
        "knobs": [{"kind": knob.kind, "label": knob.label, **_row(knob)} for knob in _knobs(kind)],
    }


def _explained(kind: type[Strategy]) -> Iterator[str]:
    """The strategy for a reader: what it does, its knobs in a table, then each knob's meaning and evidence."""
    from sim.commands.listing import listed, paragraph
    from sim.knobs import GRADES

    yield f"{kind.title} ({kind.name})\n\n"
    yield paragraph(kind.__doc__ or "") + "\n"
    rows = [_row(knob) for knob in _knobs(kind)]
    yield listed([{key: row[key] for key in ("knob", "default", "range", "plausible", "grade")} for row in rows], "table")
    for row in rows:
        yield "\n" + paragraph(f"{row['knob']}: {row['help']}" + (f" ({row['unit']})" if row["unit"] else ""))
        if row["source"]:
            yield paragraph(f"evidence {row['grade']}: {row['source']}" if row["grade"] else row["source"], "    ")
    yield "\n" + "".join(paragraph(f"{grade}: {text}") for grade, text in GRADES.items() if grade)
