"""A first scenario file to edit: short, commented from the declarations, and valid as it is."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import sim.strategies
from sim.files import units
from sim.files.source import printable
from sim.knobs import knobs_of
from sim.scenario import Channel, Scenario

WIDTH = 100

_TOP = ("start", "months", "pre_history", "currency", "activity_window")
_STORE: dict[str, tuple[str, ...]] = {
    "orders": ("r", "alpha"),
    "lifetime": ("s", "beta"),
    "basket": ("p", "q", "gamma"),
    "returns": ("share", "after"),
    "costs": ("goods", "shipping", "payment_share"),
    "contact": ("consent",),
}
"""The part of the store that most users come to change first; the rest has defaults that `regulars schema` lists."""
_CHANNELS: dict[str, dict[str, Any]] = {
    "organic": {"paid": False, "customers": 60.0},
    "paid_search": {"response": "visits", "monthly_spend": 1500.0, "cost_per_visit": 0.75, "conversion": 0.02},
}
_EXAMPLES = 2
"""How many strategies stand in the file, commented out."""

_HEAD = """\
# What are this store's customers worth, and what keeps them?
#
# The first line of a scenario is the question it asks. Edit the values, then:
#     regulars validate THIS_FILE
#     regulars run THIS_FILE
# Everything but `store` may be left out. Write units where a number could be misread:
# 15 %, 14 d, 6 weeks, 3 months, 1 year; amounts are plain numbers in the currency.
"""


def starter_text(name: str = "My store", strategies: Sequence[str] = ()) -> str:
    """The text of a scenario file called `name`, with these strategies (else the first two) commented out.

    It loads without a mistake, and so does the file with the comment signs before the strategies taken away.
    """
    catalogue = sim.strategies.catalogue()
    examples = [name for name in strategies or list(catalogue)[:_EXAMPLES] if name in catalogue]
    scenario = Scenario()
    lines = [_HEAD.rstrip("\n"), "", f"name: {json.dumps(printable(name), ensure_ascii=False)}"]
    lines += knob_lines(scenario, _TOP, "")
    lines += ["", *comment_lines(help_of(Scenario, "store"), ""), "store:"]
    for section, names in _STORE.items():
        lines += [*comment_lines(help_of(type(scenario.store), section), "  "), f"  {section}:"]
        lines += knob_lines(getattr(scenario.store, section), names, "    ")
    lines += ["", *comment_lines(help_of(Scenario, "channels"), ""), "channels:"]
    for channel, values in _CHANNELS.items():
        lines += [f"  {channel}:", *knob_lines(Channel(**values), tuple(values), "    ")]
    lines += ["", *comment_lines(help_of(Scenario, "strategies"), "")]
    lines += comment_lines(f"There are: {', '.join(catalogue)}. Take the '# ' away to switch these on.", "")
    lines += commented_out(examples) if examples else []
    return "\n".join(lines) + "\n"


def commented_out(names: Sequence[str]) -> Iterator[str]:
    """A block of strategies behind comment signs, with the knobs that do something at their defaults."""
    yield "# strategies:"
    for name in names:
        kind = sim.strategies.catalogue()[name]
        own = [knob for knob in knobs_of(kind) if knob not in knobs_of(sim.strategies.Strategy)]
        yield f"#   {name}:  # {kind.title}"
        yield from (f"# {line}" for line in knob_lines(kind(), tuple(own), "    "))


def help_of(declaration: Any, name: str) -> str:
    """The help of a section of a declaration."""
    return str(declaration.__dataclass_fields__[name].metadata["help"])


def comment_lines(text: str, indent: str) -> list[str]:
    """A text as comments, wrapped."""
    return textwrap.wrap(text, WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ")


def knob_lines(made: Any, names: Sequence[str], indent: str) -> list[str]:
    """`name: value  # help` for some knobs, the helps in one column, or above where they are long."""
    knobs = knobs_of(made)
    settings = {
        name: f"{indent}{name}: {units.text(knobs[name], getattr(made, knobs[name].attribute))}" for name in names
    }
    column = max(map(len, settings.values())) + 2
    lines: list[str] = []
    for name, setting in settings.items():
        help = knobs[name].help
        if column + 2 + len(help) <= WIDTH:
            lines.append(f"{setting:<{column}}# {help}")
        else:
            lines += [*comment_lines(help, indent), setting]
    return lines
