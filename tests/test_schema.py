"""The JSON Schema says of a file what the loader says, and the starter file satisfies both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from knob_values import declared, values

import sim.strategies
from sim.errors import BadInput
from sim.files import yaml_nodes
from sim.files.scenario_file import load_scenario, shipped, to_yaml
from sim.files.schema import _knob, json_schema
from sim.files.starter import starter_text
from sim.files.units import parse, text
from sim.files.yaml_nodes import Node, scalar
from sim.scenario import Scenario

SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def plain(text: str) -> Any:
    """A YAML text as the values that an editor checks."""

    def value(node: Node) -> Any:
        if isinstance(node.value, dict):
            return {key: value(entry.node) for key, entry in node.value.items()}
        return [value(item) for item in node.value] if isinstance(node.value, tuple) else node.value

    node, _ = yaml_nodes.parse(text, "f")
    assert node is not None
    return value(node)


def test_the_schema_is_a_schema() -> None:
    """It is valid in its own dialect, is JSON, and names it."""
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA, allow_nan=False)) == SCHEMA
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_every_knob_is_described_with_default_and_help() -> None:
    """Nothing a user can set is missing from what an editor shows."""
    text = json.dumps(SCHEMA, ensure_ascii=False)
    for each in declared():
        assert json.dumps(each.help, ensure_ascii=False)[1:-1] in text, each.name
        assert each.label in text
    for name in sim.strategies.catalogue():
        assert name in SCHEMA["properties"]["strategies"]["properties"]
    assert SCHEMA["properties"]["months"]["default"] == 24
    assert SCHEMA["properties"]["activity_window"]["default"] == "90 d"


def test_every_shipped_scenario_satisfies_the_schema() -> None:
    """What comes with the program is shown without a mark in an editor."""
    for one in shipped():
        assert not list(VALIDATOR.iter_errors(plain(one.path.read_text(encoding="utf-8")))), one.name


@pytest.mark.parametrize("full", [False, True])
def test_a_scenario_written_back_satisfies_the_schema(full: bool) -> None:
    """All defaults written out are allowed."""
    strategies = {name: kind() for name, kind in sim.strategies.catalogue().items()}
    assert not list(VALIDATOR.iter_errors(plain(to_yaml(Scenario(strategies=strategies), full=full))))


@pytest.mark.parametrize(
    "file",
    [
        "store: {}\nstrategies: {email: off, welcome: on, referral: , win_back: false, discount_cycle: {}}\n",
        "extends: tea_shop.yaml\nchannels: {paid: off, a-1: {customers: 5}}\n",
        "store: {costs: {goods: 40 %}, season: [1,1,1,1,1,1,1,1,1,1,1,1]}\nstart: 2025-02-28\nmonths: 2 years\n",
        "store: {returns: {after: 0}}\nname: 2025\nactivity_window: 6 Weeks\nstrategies: {email: {until: null}}\n",
    ],
)
def test_what_the_loader_accepts_the_schema_accepts(file: str) -> None:
    """Switches, units, empty sections and numbers as names."""
    assert not list(VALIDATOR.iter_errors(plain(file)))


@pytest.mark.parametrize(
    "file",
    [
        "months: 12\n",
        "store: {}\nnmae: x\n",
        "store: {cots: {}}\n",
        "store: {costs: {gods: 1}}\n",
        "store: {}\nstrategies: {emial: on}\n",
        "store: {}\nstrategies: {email: {evry: 7 d}}\n",
        "store: {}\nstrategies: {email: perhaps}\n",
        "store: {}\nchannels: {referral: {customers: 5}}\n",
        "store: {}\nchannels: {a b: {customers: 5}}\n",
        "store: {}\nchannels: {a: {response: visit}}\n",
        "store: {}\nchannels: {a: {monthly_spend: -1}}\n",
        "store: {}\nactivity_window: 30\n",
        "store: {}\nactivity_window: 30 dyas\n",
        "store: {}\nmonths: 0\n",
        "store: {}\nmonths: null\n",
        "store: {costs: {goods: 40}}\n",
        "store: {season: [1, 2]}\n",
        "store: 3\n",
        "- a\n",
    ],
)
def test_what_the_schema_refuses_the_loader_refuses(file: str, tmp_path: Path) -> None:
    """Typos, bare durations, ranges and wrong kinds are marked in the editor as they are told by the loader."""
    assert list(VALIDATOR.iter_errors(plain(file)))
    path = tmp_path / "shop.yaml"
    path.write_text(file, encoding="utf-8")
    with pytest.raises(BadInput):
        load_scenario(path)


@given(st.data())
def test_an_allowed_value_satisfies_its_knobs_schema(data: st.DataObject) -> None:
    """Whatever value a knob may have, written as a user would, the schema of that knob accepts it."""
    each = data.draw(st.sampled_from(list(declared())))
    value = data.draw(values(each))
    written = text(each, value)
    found = written if each.kind == "text" else list(value) if each.kind == "numbers" else scalar(written)
    assert not list(Draft202012Validator(_knob(each)).iter_errors(found))


@given(st.data())
def test_what_a_knob_accepts_its_schema_accepts(data: st.DataObject) -> None:
    """A random scalar that the loader takes is never marked by the editor."""
    each = data.draw(st.sampled_from(list(declared())))
    numbers = st.floats(0, 100).map(lambda n: f"{n:.6g}") | st.integers(0, 700).map(str)
    spelt = ["", " %", "%", " d", "h", " Weeks", " months", " year", "y", " min", " mo", " DAYS", "."]
    units = st.sampled_from(spelt)
    found = scalar(data.draw(numbers) + data.draw(units))
    try:
        parse(each, found)
    except BadInput:
        return
    if each.kind != "text" or isinstance(found, str):
        assert not list(Draft202012Validator(_knob(each)).iter_errors(found))


def test_the_starter_file_loads_and_satisfies_the_schema(tmp_path: Path) -> None:
    """It is valid as it is, and its channels bring customers."""
    path = tmp_path / "starter.yaml"
    path.write_text(starter_text("Tea: the shop"), encoding="utf-8")
    found = load_scenario(path)
    assert found.name == "Tea: the shop"
    assert found.strategies == {}
    assert found.expected_customers() > 1000
    assert not list(VALIDATOR.iter_errors(plain(starter_text())))


@pytest.mark.parametrize("chosen", [[], *[[name] for name in sim.strategies.catalogue()]])
def test_the_starters_strategies_load_when_switched_on(tmp_path: Path, chosen: list[str]) -> None:
    """Without the comment signs the strategies are on, each knob at its default."""
    head, mark, block = starter_text(strategies=chosen).partition("# strategies:\n")
    path = tmp_path / "starter.yaml"
    path.write_text(head + (mark + block).replace("\n# ", "\n")[2:], encoding="utf-8")
    found = load_scenario(path)
    catalogue = sim.strategies.catalogue()
    assert dict(found.strategies) == {name: catalogue[name]() for name in chosen or list(catalogue)[:2]}


def test_the_starter_is_short_and_asks_a_question_first() -> None:
    """A reader sees the question, then what to set, on lines that fit a screen."""
    lines = starter_text().splitlines()
    assert lines[0].startswith("# ")
    assert lines[0].endswith("?")
    assert len(lines) < 100
    assert max(map(len, lines)) <= 102
