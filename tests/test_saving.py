"""Saving: an edited scenario is what its file then loads as, and every line that was not edited stands as it was."""

from __future__ import annotations

import dataclasses
import errno
import functools
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from knob_values import values

from sim.errors import BadInput, RegularsError
from sim.files.edits import in_style, whole
from sim.files.saving import edited, save, save_as
from sim.files.scenario_file import differences, load_scenario, load_text, shipped
from sim.files.yaml_edit import BOM, flow, with_value, without
from sim.knobs import knobs_of
from sim.paths import contradictions, leaves, turned
from sim.scenario import Channel, Scenario
from sim.strategies import catalogue

SHOP = """\
# Does the newsletter pay?
#
# A shop with everything a hand writes.

name: "Corner shop"   # its own name
months: 24
currency: EUR
store:
  # what an order is worth
  basket: {p: 6.25, q: 3.74, gamma: 15.44} # music
  returns:
    share: 0.05   # a fraction
    after: 3 weeks
  season: [1, 1, 1, 1, 1, 1,
           # the second half
           1, 1, 1, 1, 1, 1.5]
  costs:
    goods: 40%
channels:
    search: {response: visits, monthly_spend: 1000,
             # what a click costs
             cost_per_visit: 0.5, conversion: 2 %}
    organic: {paid: false, customers: 20}

strategies:
    # every fortnight
    email:
        every: 2 weeks   # a habit
        # opens are from our mailer
        open_rate: 40 %
    welcome:
    discount_cycle: on
    referral: off
# the end
"""
ANCHORED = """\
store: &store
  costs: {goods: &share 40 %, payment_share: *share}
channels:
  one: &channel {customers: 10, paid: false}
  two: *channel
  three: *channel
strategies:
  email: &mail {every: 7 d}
  "sms": *mail
"""
ODD = [
    "store:",
    "{store: {}}",
    "store: {}\nstrategies: {email}",
    "store: {}\nstrategies: {email: , sms: {},}\n",
    "---\nstore:   # nothing here\n...\n",
    "store: {}\nname: >\n  A name\n  of two lines\n\n# below\nstrategies:\n  email:\n  sms: ~\n",
    "store:\n  basket:\n    gamma: 12.50\n\n\n",
    "'store': {'costs': {\"goods\": 40 %}} # quoted\n",
    "strategies:\n  email: {every: 14 d,\n    # why\n    open_rate: 50 %,\n  }\nstore: null\n",
    "name:\n  Two\n  lines\nstore: {season: [1,1,1,1,1,1,1,1,1,1,1,1]}",
    "store:\n  season:\n  - 1\n  # February\n  - 1\n  - 1\n  - 1\n  - 1\n  - 1\n  - 1\n  - 1\n  - 1\n  - 1\n  - 1\n  - 1\n",
]
TEXTS = [SHOP, ANCHORED, *ODD, *(each.path.read_text(encoding="utf-8") for each in shipped())]
NOT_DRAWN = ("start", "name", "store.base.file")
"""Knobs whose values are not drawn here: they say what must stand elsewhere."""
HERE = Path(__file__).parent.parent / "scenarios" / "birthday" / "not_there.yaml"
"""Where the texts are as if they stood: beside what they extend."""


@functools.cache
def read(text: str) -> Scenario:
    """The scenario of a text that many examples begin with, read once."""
    return loaded(text)


def loaded(text: str) -> Scenario:
    """The scenario of a text."""
    return load_text(text.removeprefix(BOM), HERE, name_hint="shop")


def same(one: Scenario, other: Scenario) -> bool:
    """Whether two scenarios are one but for their files."""
    return dataclasses.replace(one, file="") == dataclasses.replace(other, file="")


def comments(text: str) -> list[str]:
    """The lines that are comments alone."""
    return [line for line in text.splitlines() if line.lstrip().startswith("#")]


@st.composite
def changed(draw: st.DrawFn, scenario: Scenario) -> Scenario:
    """A scenario with some knobs turned, and strategies and channels added and taken away."""
    for _ in range(draw(st.integers(1, 5))):
        what = draw(st.sampled_from(["knob", "knob", "knob", "strategy", "channel", "away"]))
        if what == "knob":
            leaf = draw(st.sampled_from([leaf for leaf in leaves(scenario) if leaf.path not in NOT_DRAWN]))
            new = draw(values(leaf.knob) | st.none()) if leaf.knob.default is None else draw(values(leaf.knob))
            scenario = turned(scenario, leaf.path, new)
        elif what == "strategy":
            name = draw(st.sampled_from(list(catalogue())))
            made = {**scenario.strategies, name: scenario.strategies.get(name) or catalogue()[name]()}
            scenario = dataclasses.replace(scenario, strategies=dict(sorted(made.items())))
        elif what == "channel":
            channels = {**scenario.channels, draw(st.sampled_from(["shop", "news-letter", "2"])): Channel(customers=3.0)}
            scenario = dataclasses.replace(scenario, channels=channels)
        elif scenario.strategies:
            gone = draw(st.sampled_from(list(scenario.strategies)))
            left = {name: made for name, made in scenario.strategies.items() if name != gone}
            scenario = dataclasses.replace(scenario, strategies=left)
    return scenario


def sound(scenario: Scenario) -> bool:
    """Whether a file could hold the scenario."""
    return not list(contradictions(scenario)) and scenario.store.dropout == "lifetime"


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_what_is_saved_is_what_loads(data: st.DataObject) -> None:
    """For any file and any edits: the new text loads as the edited scenario, and every comment line is still there."""
    text = data.draw(st.sampled_from(TEXTS))
    form = data.draw(st.sampled_from(["plain", "crlf", "bom", "no last break"]))
    text = {
        "plain": text, "crlf": text.replace("\n", "\r\n"), "bom": BOM + text, "no last break": text.rstrip("\n"),
    }[form]  # fmt: skip
    before = read(text)
    after = data.draw(changed(before))
    assume(sound(after))
    new = edited(text, HERE, before, after)
    assert same(loaded(new), after)
    assert not Counter(comments(text)) - Counter(comments(new))
    assert new.startswith(BOM) == text.startswith(BOM)
    if "\r\n" in text:
        assert new.count("\n") == new.count("\r\n")


def layout(draw: st.DrawFn, tree: dict[str, Any], indent: int) -> list[str]:
    """A section written in some hand: blocks and braces, comments, blank lines, quotes, any indentation."""
    lines = []
    for key, value in tree.items():
        lines += draw(st.sampled_from([[], [], [""], [f"{' ' * indent}# on {key}"], ["# at the margin", ""]]))
        name = draw(st.sampled_from([key, key, f'"{key}"', f"'{key}'"]))
        tail = draw(st.sampled_from(["", "", "  # said beside"]))
        head = f"{' ' * indent}{name}:"
        if isinstance(value, str):
            lines.append(f"{head}{draw(st.sampled_from([' ', '   ']))}{value}{tail}")
        elif not value:
            lines.append(head + draw(st.sampled_from([" {}", " { }"])) + tail)
        elif draw(st.booleans()):
            lines += [head + tail, *layout(draw, value, indent + draw(st.integers(1, 4)))]
        elif draw(st.booleans()):
            lines.append(f"{head} {flow(value)}{tail}")
        else:
            inner = [f"{' ' * (indent + 3)}{name}: {flow(each)}," for name, each in value.items()]
            inner[-1] = inner[-1].rstrip(",") + draw(st.sampled_from(["", ","]))
            mid = draw(st.integers(0, len(inner)))
            inner.insert(mid, f"{' ' * indent}  # within")
            lines += [head + " {", *inner, " " * (indent + 1) + "}" + tail]
    return lines


@given(st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_any_hand_is_kept(data: st.DataObject) -> None:
    """Whatever hand wrote the file, what is saved is what loads, and no comment line is lost."""
    scenario = data.draw(changed(read(SHOP)))
    assume(sound(scenario))
    tree: dict[str, Any] = dict(whole(scenario))
    tree.setdefault("store", {})
    tree["channels"] = {name: dict(whole(each)) for name, each in scenario.channels.items()}
    tree["strategies"] = {name: dict(whole(each)) or "on" for name, each in scenario.strategies.items()}
    text = "\n".join(layout(data.draw, tree, 0)) + data.draw(st.sampled_from(["", "\n", "\n\n# the end\n"]))
    before = loaded(text)
    assert same(before, scenario)
    after = data.draw(changed(before))
    assume(sound(after))
    new = edited(text, HERE, before, after)
    assert same(loaded(new), after)
    assert not Counter(comments(text)) - Counter(comments(new))


@given(st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_one_knob_changes_one_line(data: st.DataObject) -> None:
    """Turning a knob that a file names on a line of its own leaves every other line byte for byte as it was."""
    text = data.draw(st.sampled_from([SHOP, *(each.path.read_text(encoding="utf-8") for each in shipped())]))
    before = read(text)
    named = [
        leaf for leaf in leaves(before)
        if any(line.strip().startswith(f"{leaf.knob.name}: ") for line in text.splitlines()) and leaf.knob.kind != "numbers"
    ]  # fmt: skip
    leaf = data.draw(st.sampled_from(named))
    after = turned(before, leaf.path, data.draw(values(leaf.knob)))
    assume(sound(after) and not same(before, after))
    old, new = text.splitlines(keepends=True), edited(text, HERE, before, after).splitlines(keepends=True)
    shared = len([1 for one, other in zip(old, new, strict=False) if one == other])
    if len(old) == len(new):
        assert shared == len(old) - 1
    else:  # the file did not name it: lines were added, a section of its own perhaps
        assert len(new) > len(old)
        assert [line for line in new if line in old] == old


def test_an_untouched_scenario_is_the_same_text() -> None:
    """Saving without an edit gives back every byte."""
    for text in TEXTS:
        assert edited(text, HERE, read(text), dataclasses.replace(read(text))) == text


def with_edits(text: str, **wishes: Any) -> str:
    """A text with knobs turned; `__` stands for a dot."""
    before = after = loaded(text)
    for path, value in wishes.items():
        after = turned(after, path.replace("__", "."), value)
    return edited(text, HERE, before, after)


def test_values_are_written_as_the_file_writes_them() -> None:
    """Units, fractions, quotes and spaces are those of the old value where they say the new one."""
    new = with_edits(
        SHOP, name="Shop of two", months=36, store__returns__share=0.07, store__returns__after=28.0,
        store__costs__goods=0.45, strategies__email__every=7.0, strategies__email__open_rate=0.425,
    )  # fmt: skip
    for line in (
        'name: "Shop of two"   # its own name', "months: 36", "    share: 0.07   # a fraction", "    after: 4 weeks",
        "    goods: 45%", "        every: 1 week   # a habit", "        open_rate: 42.5 %",
    ):  # fmt: skip
        assert f"{line}\n" in new


@pytest.mark.parametrize(
    ("kind", "old", "value", "new"),
    [("every", "2 weeks", 10.0, "10 d"), ("every", "14 days", 1.0, "1 day"), ("every", "1 month", 30.4375 * 2, "2 months"),
     ("every", "7d", 14.0, "14d"), ("open_rate", "40 %", 1 / 3, "0.3333333333333333"), ("open_rate", "0.4", 0.15, "0.15"),
     ("segment", "'all'", "new", "'new'"), ("until", "null", None, "null"), ("until", "1 year", None, "null")],
)  # fmt: skip
def test_a_value_in_the_style_of_another(kind: str, old: str, value: Any, new: str) -> None:
    """The old unit where it says the new value exactly, else the usual way to write it."""
    assert in_style(knobs_of(catalogue()["email"])[kind], value, old) == new


def test_new_keys_stand_where_they_belong() -> None:
    """In their section with its indentation, behind their neighbour of the declaration; a new section below its parent."""
    new = with_edits(SHOP, pre_history=12, store__returns__handling=2.5, store__contact__consent=0.5)
    assert "months: 24\npre_history: 12 months\ncurrency: EUR\n" in new
    assert "    after: 3 weeks\n    handling: 2.50\n" in new
    assert "    goods: 40%\n  contact: {consent: 50 %}\nchannels:\n" in new
    assert "# Why?\nname: x\nstore: {}" in with_value("# Why?\nstore: {}", ["name"], "x", ["name", "store"])


def test_strategies_come_and_go() -> None:
    """One that is added has its line with the others; one that goes leaves its comments behind."""
    before = loaded(SHOP)
    strategies = {name: made for name, made in before.strategies.items() if name != "email"}
    strategies |= {name: catalogue()[name]() for name in ("push", "referral")}
    after = dataclasses.replace(before, strategies=strategies)
    new = edited(SHOP, HERE, before, after)
    assert "    # every fortnight\n        # opens are from our mailer\n    welcome:\n" in new
    assert "    discount_cycle: on\n    referral: on\n    push: on\n# the end\n" in new


def test_what_an_alias_shares_is_parted() -> None:
    """Turning what several places share turns it in one alone."""
    new = with_edits(ANCHORED, channels__two__customers=30.0, strategies__email__every=30.0)
    found = loaded(new)
    assert [channel.customers for channel in found.channels.values()] == [10.0, 30.0, 10.0]
    assert found.strategies["sms"].every == 7.0  # type: ignore[attr-defined]
    assert "payment_share: *share" not in new


def test_a_file_that_extends_switches_off_what_it_inherits(tmp_path: Path) -> None:
    """A strategy of the extended file is `off`, one that comes back with other knobs names what it must."""
    (tmp_path / "base.yaml").write_text("store: {}\nstrategies:\n  email: {every: 14 d, lift: 1}\n  sms: on\n")
    path = tmp_path / "child.yaml"
    path.write_text("extends: base.yaml\nstrategies:\n  sms: off # for now\n")
    before = load_scenario(path)
    after = dataclasses.replace(before, strategies={"sms": catalogue()["sms"](every=10.0)})
    save(str(path), before, after)
    assert path.read_text() == "extends: base.yaml\nstrategies:\n  sms: {every: 10 d} # for now\n  email: off\n"
    again = load_scenario(path)
    back = dataclasses.replace(again, strategies={"email": catalogue()["email"](every=3.0), **again.strategies})
    assert same(save(str(path), again, back), back)


def test_save_is_atomic_and_sees_changes_from_outside(tmp_path: Path) -> None:
    """A file that says something else by now is refused and kept; a comment from outside is kept and saved around."""
    path = tmp_path / "shop.yaml"
    path.write_bytes((BOM + SHOP).replace("\n", "\r\n").encode())
    before = load_scenario(path)
    after = turned(before, "months", 30)
    path.write_bytes(path.read_bytes() + b"# from outside\r\n")
    save(str(path), before, after)
    assert path.read_bytes().endswith(b"# the end\r\n# from outside\r\n")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf# Does")
    path.write_text(SHOP.replace("40%", "44%"))
    with pytest.raises(BadInput, match=r"has changed since it was read \(months, store\.costs\.goods\)"):
        save(str(path), after, turned(after, "months", 31))
    assert "44%" in path.read_text()
    assert [each.name for each in tmp_path.iterdir()] == ["shop.yaml"]


def test_a_numbered_name_is_not_saved(tmp_path: Path) -> None:
    """A name that was numbered beside its like stays the file's; one that was given is written."""
    path = tmp_path / "shop.yaml"
    path.write_text("store: {}\n")
    before = dataclasses.replace(load_scenario(path), name="shop (2)")
    save(str(path), before, turned(before, "months", 30))
    assert "name" not in path.read_text()
    there = load_scenario(path)
    assert save(str(path), there, dataclasses.replace(there, name="Örtlich: 店")).name == "Örtlich: 店"


def test_a_shipped_scenario_stays_as_it_is() -> None:
    """What was opened by a shipped name is saved under another."""
    before = load_scenario("tea_shop")
    with pytest.raises(BadInput, match="another name"):
        save("tea_shop", before, turned(before, "months", 36))


def test_a_file_system_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A read-only file system: a sentence, the file as it was, and nothing beside it."""
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP)
    before = load_scenario(path)

    def replace(source: object, target: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("sim.files.writing.os.replace", replace)
    with pytest.raises(RegularsError, match="Read-only file system"):
        save(str(path), before, turned(before, "months", 30))
    assert path.read_text() == SHOP
    assert list(tmp_path.iterdir()) == [path]


def test_save_as_holds_only_what_differs(tmp_path: Path) -> None:
    """A variant of a shipped scenario, of a file beside it and of one below it extends it; it loads as what was saved."""
    before = load_scenario("tea_shop_tiers")
    strategies = {"push": catalogue()["push"](), "email": catalogue()["email"](every=10.0)}
    after = dataclasses.replace(before, name="Deep tiers", strategies=strategies)
    found = save_as(str(tmp_path / "deep.yaml"), after, original="tea_shop_tiers")
    assert same(found, after)
    lines = (tmp_path / "deep.yaml").read_text().splitlines()
    assert lines == [
        "# Deep tiers: Tea club with changes.", "name: Deep tiers", "extends: tea_shop_tiers.yaml",
        "strategies:", "  loyalty_tiers: off", "  push: on", "  email: {every: 10 d}",
    ]  # fmt: skip
    (tmp_path / "more").mkdir()
    upward = str(tmp_path / "more" / "x.yaml")
    assert same(save_as(upward, turned(found, "months", 30), original=str(tmp_path / "deep.yaml")), turned(found, "months", 30))
    assert "extends" not in Path(upward).read_text()  # a file may not reach out of its folder
    below = str(tmp_path / "y.yaml")
    save_as(below, turned(load_scenario(upward), "months", 40), original=upward)
    assert "extends: more/x.yaml\nmonths: 40 months\n" in Path(below).read_text()


def test_save_as_may_stand_alone(tmp_path: Path) -> None:
    """Without `extends` the new file is the old text with the edits in it, comments and all; one of no file too."""
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP)
    before = load_scenario(path)
    new = tmp_path / "new.yaml"
    save_as(str(new), turned(before, "months", 30), original=str(path), extend=False)
    assert new.read_text() == SHOP.replace("months: 24", "months: 30")
    with pytest.raises(BadInput, match="is there already"):
        save_as(str(new), before)
    fresh = Scenario(name="fresh", months=40)
    assert same(save_as(str(tmp_path / "fresh.yaml"), fresh), fresh)
    assert not differences(load_scenario(tmp_path / "fresh.yaml"), fresh)


def test_a_key_that_is_not_there_is_not_taken_away() -> None:
    """The text stays as it was; commas in braces go with what they parted."""
    assert without(SHOP, ["strategies", "nobody"]) == SHOP
    assert without("a: {b: 1, c: 2, d: 3}", ["a", "b"]) == "a: {c: 2, d: 3}"
    assert without("a: {b: 1, c: 2, d: 3}", ["a", "c"]) == "a: {b: 1, d: 3}"
    assert without("a: {b: 1, c: 2}", ["a", "c"]) == "a: {b: 1}"
    assert without("a: {b: 1}", ["a", "b"]) == "a: {}"
