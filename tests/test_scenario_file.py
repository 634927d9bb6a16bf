"""A scenario file becomes a scenario, or every mistake in it is told with its place and a way out."""

from __future__ import annotations

import dataclasses
import datetime
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from knob_values import values

import sim.strategies
from sim.errors import BadInput, Problem
from sim.files import library as scenario_library
from sim.files.scenario_file import differences, find_scenario, library_root, load_scenario, shipped, to_yaml
from sim.files.starter import starter_text
from sim.files.units import text
from sim.knobs import Knob, knob, knobs_of, sections_of
from sim.scenario import DAYS_A_MONTH, Channel, Scenario
from sim.store_knobs import OrderCosts
from sim.strategies import Strategy

Write = Callable[..., Path]

TEA = """\
# Does tea sell?
name: Tea
months: 3 years
store:
  costs: {goods: 40 %, shipping: 3.50}
  returns:
    share: 5 %
    after: 3 weeks
channels:
  paid_search: {response: visits, monthly_spend: 5000, cost_per_visit: 0.5, conversion: 2 %}
  organic: {customers: 30, paid: false}
strategies:
  email: {every: 14 d, from: 1 year}
  discount_cycle: on
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file below a folder of its own and returns its path."""

    def put(text: str | bytes, name: str = "shop.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return put


def told(path: str | Path, *sets: str) -> str:
    """All that is said of a bad file, the folder's name left out."""
    with pytest.raises(BadInput) as refused:
        load_scenario(path, sets)
    assert refused.value.exit_code == 2
    return str(refused.value).replace(f"{Path(path).parent}/", "")


def outcome(path: Path, sets: Sequence[str] = ()) -> tuple[Scenario | None, tuple[Problem, ...]]:
    """The scenario of a file, or its mistakes; any other exception is a failure."""
    try:
        return load_scenario(path, sets), ()
    except BadInput as refused:
        return None, refused.problems


def test_a_file_becomes_the_scenario_it_describes(write: Write) -> None:
    """Units are inner values, strategies are frozen instances by name, all else has its default."""
    found = load_scenario(write(TEA))
    assert found.name == "Tea"
    assert found.months == 36
    assert found.store.costs == OrderCosts(goods=0.4, shipping=3.5)
    assert found.store.returns.after == 21.0
    assert found.channels["paid_search"].customers_a_month() == 200.0
    assert found.channels["organic"] == Channel(customers=30.0, paid=False)
    assert list(found.strategies) == ["discount_cycle", "email"]
    catalogue = sim.strategies.catalogue()
    assert found.strategies["discount_cycle"] == catalogue["discount_cycle"]()
    assert found.strategies["email"] == catalogue["email"](every=14.0, from_=12 * DAYS_A_MONTH)
    assert found.start == datetime.date(2025, 1, 1)


def test_only_the_store_is_required(write: Write) -> None:
    """An empty store is the default store under the file's name, or the hinted one."""
    path = write("store: {}\n")
    assert load_scenario(path) == dataclasses.replace(Scenario(), name="shop", file=str(path))
    assert load_scenario(path, name_hint="Mine").name == "Mine"
    assert load_scenario(write("store:\n")).store == Scenario().store
    assert "store: a scenario that extends no other needs a store" in told(write("months: 12\n"))


@pytest.mark.parametrize(
    ("written", "on"), [("on", True), ("{}", True), ("", True), ("true", True), ("off", False), ("false", False)]
)
def test_a_strategy_is_switched_with_a_word(write: Write, written: str, on: bool) -> None:
    """on, an empty section or nothing: with every default; off: not there."""
    found = load_scenario(write(f"store: {{}}\nstrategies:\n  email: {written}\n"))
    assert dict(found.strategies) == ({"email": sim.strategies.catalogue()["email"]()} if on else {})


def test_every_mistake_of_a_file_is_told_at_once(write: Write) -> None:
    """Each in its order in the file, with place, path, value, what is allowed and the nearest name."""
    path = write("""\
store:
  costs: {gods: 40 %, shipping: -3}
  seasons: 3
  basket: 5
months: abc
activity_window: 30
channels:
  a b: {}
  paid: {response: visit, conversion: 20, order_rate: .nan, monthly_spend: .inf}
start: 2025-02-30
strategies: {emial: on, email: 3, welcome: {from: 10 d, until: 5 d}}
nmae: x
months: 12
""")
    lines = told(path).splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        f"shop.yaml:{place}"
        for place in ("2:11", "2:33", "3:3", "4:11", "5:9", "6:18", "8:3", "9:20", "9:39", "9:55", "9:76", "10:8",
                      "11:14", "11:32", "11:64", "12:1", "13:1")
    ]  # fmt: skip
    for line, says in zip(lines, [
        "store.costs.gods: there is no such key; did you mean 'goods'?",
        "store.costs.shipping: -3 is too small; allowed: an amount such as 12.50, from 0 to",
        "store.seasons: there is no such key; did you mean 'season'?",
        "store.basket: 5 stands where 'store.basket' is a section",
        "months: 'abc' is not a number of months; allowed: a number of months such as 24 or 2 years",
        "activity_window: 30 has no unit: '30 d' for days",
        "channels.'a b': a name has up to 64 letters, digits, '_' and '-'",
        "channels.paid.response: 'visit' is not one of the choices; allowed: fixed or visits or saturating; did you",
        "channels.paid.conversion: 20 is too large: it is 2000 %",
        "channels.paid.order_rate: not a number (nan) is no value",
        "channels.paid.monthly_spend: infinity is no value",
        "start: '2025-02-30' is not a date",
        "strategies.emial: there is no such key; did you mean 'email'?",
        "strategies.email: 3 is no setting; allowed: on, off, or its knobs below it",
        "strategies.welcome.until: it ends before it begins",
        "nmae: there is no such key; did you mean 'name'?",
        "the key 'months' stands twice, first in line 5",
    ], strict=True):  # fmt: skip
        assert says in line


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("store: {}\nclv_horizon: 36\nmonths: 24\n", "shop.yaml:2:14: clv_horizon: nobody can be won"),
        ("store: {}\nchannels: {a: {}}\n", "shop.yaml:2:11: channels: no channel brings a customer"),
        ("store: {}\nchannels: {a: {customers: 1e-320}}\n", "shop.yaml:2:11: channels: no channel brings a customer"),
        (
            "store: {}\nchannels:\n"
            "  a: {response: saturating, monthly_spend: 1e-30, ceiling: 9, half_spend: 1e9, steepness: 9}\n",
            "shop.yaml:3:3: channels: no channel brings a customer",
        ),
        ("store: {}\nchannels: {a: {response: visits}}\n", "channels.a.conversion: response 'visits' needs it"),
        (
            "store:\n  dropout: after_order\n  orders: {r: 0.95, alpha: 20.4}\n  lifetime: {s: 1.2, beta: 10.5}\n",
            "shop.yaml:2:12: store.after_order: no a and b give the lifetime law's 0.734 and 0.929 repeat orders",
        ),
        ("store: {after_order: {a: 1}}\n", "shop.yaml:1:22: store.after_order: a and b are set together"),
        ("store: {}\nchannels: {referral: {customers: 5}}\n", "shop.yaml:2:12: channels.referral: the name"),
        ("store: {}\nmonths:\n", "shop.yaml:2:8: months: has no value"),
        ("store: {}\nmonths: 12\nclv_horizon: 12 \n\tname: x\n", "shop.yaml:4:1: a tab indents the line"),
        ("", "shop.yaml:1:1: the file is empty; allowed: at least the line 'store: {}'"),
        ("# nothing\n", "the file is empty"),
        ("just text\n", "'just text' stands where a scenario is a section"),
        ("- a\n", "a list stands where a scenario is a section"),
        ("!!python/name:os.system\n", "shop.yaml:1:1: tags are not allowed: '!!python/name"),
        ("store: !!python/object/apply:os.system [ls]\n", "shop.yaml:1:8: tags are not allowed: '!!python/object"),
        ("store: {}\n---\nstore: {}\n", "shop.yaml:2:1: a second document"),
        (b"\x00\x01", "shop.yaml:1:1: is not text: character U+0000"),
        ("store: {}\nstrategies: [email]\n", "a list stands where 'strategies' is a section"),
        ("store: {}\n<<: {months: 3}\n", "shop.yaml:2:1: '<<': there is no such key"),
    ],
)
def test_a_bad_file_is_told_with_its_place(write: Write, text: str | bytes, says: str) -> None:
    """Contradictions, empty files, foreign bytes and tags: one line each."""
    assert says in told(write(text))


def test_a_mistake_elsewhere_does_not_invent_contradictions(write: Write) -> None:
    """A default that stands in for a bad value is never held against what is right."""
    said = told(write("store: {}\nmonths: abc\nclv_horizon: 36\nstrategies: {email: {from: x, until: 5 d}}\n"))
    assert "fit" not in said
    assert "ends before" not in said


def test_a_flood_of_mistakes_is_counted(write: Write) -> None:
    """Ten thousand unknown keys are fifty lines and a number."""
    path = write("store: {}\n" + "".join(f"month{i}: 1\n" for i in range(9000)))
    lines = told(path).splitlines()
    assert len(lines) == 51
    assert lines[-1] == "and 8,950 more mistakes"


def test_one_file_extends_another(write: Write) -> None:
    """Sections merge, values and lists replace, off takes away, on sets back, empty sections change nothing."""
    write(TEA, "tea.yaml")
    child = write("""\
extends: ../tea.yaml
name: Child
store: {costs: {shipping: 4}, returns: }
channels: {organic: off, social: {customers: 5}}
strategies: {email: {every: 7 d}, discount_cycle: off, welcome: }
""", "scenarios/points/child.yaml")  # fmt: skip
    write((child.parent / "child.yaml").read_bytes().replace(b"../tea", b"../../tea"), "scenarios/points/deep.yaml")
    write(TEA, "scenarios/tea.yaml")
    base, found = load_scenario(child.parents[1] / "tea.yaml"), load_scenario(child)
    assert found.name == "Child"
    assert found.months == base.months
    assert found.store.costs == OrderCosts(goods=0.4, shipping=4.0)
    assert found.store.returns == base.store.returns
    assert found.channels.keys() == {"paid_search", "social"}
    assert found.strategies.keys() == {"email", "welcome"}
    assert found.strategies["email"].from_ == base.strategies["email"].from_
    assert "leads out of the scenario's folder tree" in told(child.parent / "deep.yaml")


def test_a_file_is_read_as_it_is_now(write: Write) -> None:
    """A file that changes between two readings, even by one letter and within a moment, is read anew, by whoever extends
    it too; what one reading merged or took out of a tree does not show in the next."""
    base, path = write("store: {}\nmonths: 13\n", "tea.yaml"), write("extends: tea.yaml\nreview_every: 3 d\n")
    for _ in range(2):
        assert (load_scenario(path).months, load_scenario(path).review_every) == (13, 3.0)
        assert load_scenario(path, ["months=20"]).months == 20
        assert (load_scenario(base).months, load_scenario(base).review_every) == (13, 7.0)
    write("store: {}\nmonths: 14\n", "tea.yaml")
    assert load_scenario(path).months == 14
    write("store: {}\nmonths: 1x\n", "tea.yaml")
    assert told(path) == told(path)
    write("months: 19\nstore: {}\n")
    assert (load_scenario(path).months, load_scenario(path).review_every) == (19, 7.0)


def test_on_sets_a_strategy_back_to_its_defaults(write: Write) -> None:
    """The word replaces what the extended file set; an empty section keeps it."""
    write(TEA, "tea.yaml")
    defaults = sim.strategies.catalogue()["email"]()
    again = load_scenario(write("extends: tea.yaml\nstrategies: {email: on}\n"))
    assert again.strategies["email"] == defaults
    kept = load_scenario(write("extends: tea.yaml\nstrategies: {email: {}}\n"))
    assert kept.strategies["email"] == load_scenario(write(TEA)).strategies["email"] != defaults


def test_null_sets_back_what_may_be_not_set(write: Write) -> None:
    """`until: null` undoes an extended file's `until`."""
    write("store: {}\nstrategies: {email: {until: 90 d}}\n", "base.yaml")
    found = load_scenario(write("extends: base.yaml\nstrategies: {email: {until: null}}\n"))
    assert found.strategies["email"].until is None


def test_a_silent_base_brings_its_default_channel(write: Write) -> None:
    """Naming a channel in a file that extends, or with --set, adds to the channel the base runs with."""
    base = write("store: {}\n", "base.yaml")
    found = load_scenario(write("extends: base.yaml\nchannels: {social: {customers: 5}}\n"))
    assert found.channels == {**Scenario().channels, "social": Channel(customers=5.0)}
    fewer = load_scenario(base, ["channels.organic.customers=7"])
    assert fewer.channels == {"organic": Channel(customers=7.0, paid=False)}


def test_mistakes_are_told_in_the_file_that_holds_them(write: Write) -> None:
    """A base's mistake has the base's name and place."""
    write("store: {cots: {}}\n", "base.yaml")
    child = write("extends: base.yaml\nmonths: 0\n")
    said = told(child)
    assert "base.yaml:1:9: store.cots: there is no such key; did you mean 'costs'?" in said
    assert "shop.yaml:2:9: months: 0 is too small" in said


def test_extending_ends_somewhere(write: Write) -> None:
    """Cycles, long chains and missing files are told at the line that leads there."""
    write("extends: b.yaml\n", "a.yaml")
    assert "a.yaml:1:10: extends: 'a.yaml' extends this file" in told(write("extends: a.yaml\n", "a.yaml"))
    write("extends: b.yaml\n", "a.yaml")
    assert "b.yaml:1:10: extends: 'a.yaml'" in told(write("extends: a.yaml\n", "b.yaml").with_name("a.yaml"))
    for i in range(30):
        write(f"extends: c{i + 1}.yaml\n", f"c{i}.yaml")
    assert "c15.yaml:1:10: extends: too many files extend one another" in told(write("extends: c1.yaml\n", "c0.yaml"))
    missing = told(write("months: 0\nextends: bb.yaml\nnmae: x\n"))
    assert "shop.yaml:2:10: extends: there is no file 'bb.yaml'; did you mean 'b.yaml'?" in missing


@pytest.mark.parametrize("name", ["../../../../etc/passwd", "/etc/passwd", "link.yaml", "out/secret.yaml"])
def test_extending_stays_in_the_folder_tree(write: Write, tmp_path: Path, name: str) -> None:
    """Neither dots nor symbolic links lead out, and what lies outside is not read."""
    outside = write("store: {}\nsecret: 1\n", "elsewhere/secret.yaml")
    path = write(f"extends: {name}\n", "mine/shop.yaml")
    os.symlink(outside, tmp_path / "mine" / "link.yaml")
    os.symlink(outside.parent, tmp_path / "mine" / "out")
    said = told(path)
    assert "shop.yaml:1:10: extends:" in said
    assert "leads out of the scenario's folder tree" in said
    assert "secret:" not in said


def test_the_working_directory_widens_the_tree(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Started above both files, one may extend the other."""
    write("store: {}\nmonths: 13\n", "tea.yaml")
    path = write("extends: ../tea.yaml\n", "points/x.yaml")
    assert "leads out" in told(path)
    monkeypatch.chdir(tmp_path)
    assert load_scenario("points/x.yaml").months == 13
    assert load_scenario("points/x.yaml").file == "points/x.yaml"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Write) -> Path:
    """A shipped library of two stores and a variant."""
    write("# Who buys tea?\nstore: {}\nmonths: 13\n", "library/tea_shop.yaml")
    write("store: {}\n", "library/shoes.yaml")
    write("# Points?\nextends: ../tea_shop.yaml\n", "library/points/tea_points.yaml")
    monkeypatch.setattr(scenario_library, "library_root", lambda: tmp_path / "library")
    monkeypatch.setattr("sim.files.scenario_file.library_root", lambda: tmp_path / "library")
    monkeypatch.chdir(write("", "elsewhere/empty").parent)
    return tmp_path / "library"


def test_shipped_scenarios_are_found_by_name(library: Path) -> None:
    """With or without the suffix, with or without the folder, from any working directory."""
    assert [(one.name, one.question) for one in shipped()] == [
        ("shoes", ""), ("tea_shop", "Who buys tea?"), ("points/tea_points", "Points?"),
    ]  # fmt: skip
    for name in ("tea_shop", "tea_shop.yaml"):
        assert find_scenario(name) == library / "tea_shop.yaml"
    for name in ("points/tea_points", "tea_points", "points/tea_points.yaml"):
        assert load_scenario(name).months == 13
    assert load_scenario("tea_points").file == "tea_points"


def test_a_users_file_may_extend_a_shipped_scenario(library: Path, write: Write) -> None:
    """By its bare name, unless a file of that name lies beside."""
    path = write("extends: tea_shop.yaml\n", "elsewhere/mine.yaml")
    assert load_scenario(path).months == 13
    write("store: {}\nmonths: 14\n", "elsewhere/tea_shop.yaml")
    assert load_scenario(path).months == 14


def test_a_missing_file_is_told_with_the_nearest(library: Path, write: Write) -> None:
    """A neighbour in its folder first, else a shipped name."""
    assert str(BadInput(told("tea_shp"))) == "tea_shp: there is no such scenario; did you mean 'tea_shop'?"
    path = write("store: {}\n", "elsewhere/my_shop.yaml")
    assert "did you mean" in told(path.with_name("my_shp.yaml"))
    assert "my_shop.yaml'?" in told(path.with_name("my_shp.yaml"))
    write("store: {}\n", "elsewhere/trap.yaml")
    assert "did you mean 'tea_shop'?" in told(write("extends: tea_shp.yaml\n", "elsewhere/mine.yaml"))
    for name in ("", "\0", "a\nb", "../x", "x" * 5000):
        assert told(name)


def test_a_directory_or_a_device_is_no_scenario(tmp_path: Path) -> None:
    """Each is refused at once."""
    assert "is a directory" in told(tmp_path)
    assert "is a device" in told("/dev/zero")


def test_sets_override_the_file(write: Write) -> None:
    """Any dotted path takes a YAML value; strategies are switched on and off; the last one counts."""
    path = write(TEA)
    found = load_scenario(path, [
        "months=12", "months=18", "store.costs.goods=60 %", "channels.paid_search.monthly_spend=100",
        "strategies.email=off", "strategies.welcome=on", "strategies.discount_cycle.depth=30%",
        "store.season=[1,1,1,1,1,1,1,1,1,1,1,2]", "name='A: b'",
    ])  # fmt: skip
    assert (found.months, found.store.costs.goods, found.name) == (18, 0.6, "A: b")
    assert found.channels["paid_search"].monthly_spend == 100.0
    assert found.strategies.keys() == {"discount_cycle", "welcome"}
    assert found.strategies["discount_cycle"].depth == 0.3
    assert found.store.season == (1.0,) * 11 + (2.0,)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("months", "--set: 'months' is not a path and a value; allowed: path=value"),
        ("=3", "is not a path and a value"),
        ("store..goods=3", "is not a path and a value"),
        ("a." * 50 + "a=1", "is not a path and a value"),
        ("months=abc", "--set: months: 'abc' is not a number of months"),
        ("months=[1", "--set: months: is not YAML"),
        ("months={a: 1, a: 2}", "--set: months: the key 'a' stands twice"),
        ("strategies.emial.every=7 d", "--set: strategies.emial: there is no such key; did you mean 'email'?"),
        ("strategies.email.evry=7 d", "--set: strategies.email.evry: there is no such key; did you mean 'every'?"),
        ("store=3", "--set: store: 3 stands where 'store' is a section"),
        ("store.costs.goods.x=3", "--set: store.costs.goods: a section is not a share"),
        ("extends=tea.yaml", "--set: extends: only a file can extend another"),
        ("name=!!python/none x", "--set: name: tags are not allowed"),
        ("name=\0", "--set: name: is not text"),
        ("name=\udcff", "--set: name: is not UTF-8 text"),
    ],
)
def test_mistakes_of_sets_are_told_as_such(write: Write, given: str, says: str) -> None:
    """The option stands where a file would, with the path."""
    assert says in told(write(TEA), given)


def test_sets_and_the_file_are_told_together(write: Write) -> None:
    """Neither hides the other's mistakes."""
    said = told(write("store: {}\nmonths: x\n"), "starts=2", "nonsense")
    assert len(said.splitlines()) == 3


def test_a_contradiction_is_not_blamed_on_an_innocent_option(write: Write) -> None:
    """What the file contradicts by itself is told in the file, whatever else is set."""
    path = write("store: {}\nmonths: 6\n")
    assert told(path, "name=x").startswith("shop.yaml:1:1: clv_horizon: nobody can be won")


def test_a_new_strategy_needs_no_line_of_the_loader(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Declared knobs are keys, keywords of Python included, with their contradictions."""

    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Gift(Strategy):
        worth: float = knob(5.0, "money", "Worth", "What a gift is worth.")

    monkeypatch.setattr(sim.strategies, "catalogue", lambda: {"gift": Gift})
    found = load_scenario(write("store: {}\nstrategies: {gift: {worth: 7, from: 1 d}}\n"))
    assert found.strategies == {"gift": Gift(worth=7.0, from_=1.0)}
    assert load_scenario(write(to_yaml(found))) == dataclasses.replace(found, file=found.file)
    assert "did you mean 'worth'?" in told(write("store: {}\nstrategies: {gift: {wroth: 7}}\n"))


def test_the_order_of_strategies_does_not_matter(write: Write) -> None:
    """The same strategies in another order are the same scenario."""
    one = load_scenario(write("store: {}\nstrategies: {welcome: on, email: on}\n"))
    other = load_scenario(write("store: {}\nstrategies: {email: on, welcome: on}\n"))
    assert one == other
    assert list(one.strategies) == list(other.strategies)


def test_differences_are_told_as_a_user_would_write_them(write: Write) -> None:
    """Dotted path and both values; what is not there is off; names do not count."""
    a = load_scenario(write(TEA))
    assert differences(a, dataclasses.replace(a, name="Other", file="x")) == []
    b = load_scenario(write(TEA), [
        "name=Other", "store.costs.goods=45 %", "strategies.discount_cycle=off", "strategies.win_back=on",
        "strategies.email.until=2 years", "channels.organic=off", "strategies.welcome.after=1 d",
    ])  # fmt: skip
    assert differences(a, b) == [
        ("store.costs.goods", "40 %", "45 %"),
        ("channels.organic", "{paid: false, customers: 30}", "off"),
        ("strategies.discount_cycle", "on", "off"),
        ("strategies.email.until", "not set", "2 years"),
        ("strategies.welcome", "off", "{after: 1 d}"),
        ("strategies.win_back", "off", "on"),
    ]


def test_differences_turn_one_scenario_into_the_other(write: Write) -> None:
    """Each row, given as --set, undoes what differs."""
    a, b = load_scenario(write(TEA)), load_scenario(write("store: {returns: {share: 3 %}}\nmonths: 13\n"))
    sets = [f"{path}={value}" for path, _, value in differences(a, b)]
    assert differences(load_scenario(write(TEA), sets), b) == []


def _settings() -> list[tuple[str, Any]]:
    """Every knob there is with its dotted path: the scenario's, two channels', every strategy's."""
    todo: list[tuple[str, Any]] = [("", Scenario), ("channels.organic.", Channel), ("channels.x-1.", Channel)]
    todo += [(f"strategies.{name}.", kind) for name, kind in sim.strategies.catalogue().items()]
    found = []
    while todo:
        path, section = todo.pop()
        found += [(path + name, each) for name, each in knobs_of(section).items()]
        todo += [(f"{path}{name}.", part) for name, part in sections_of(section).items()]
    return found


SETTINGS = _settings()
QUICK = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(st.data())
def test_a_scenario_written_back_is_the_same_scenario(write: Write, data: st.DataObject) -> None:
    """Whatever is set, both forms of the YAML load to an equal scenario."""
    path = write("store: {}\n")
    chosen = data.draw(st.lists(st.sampled_from(SETTINGS), max_size=8))
    sets = [f"{name}={_quoted(each, data.draw(values(each)))}" for name, each in chosen]
    made, problems = outcome(path, sets)
    # Knobs may contradict each other; each alone is allowed.
    assert not any(problem.allowed for problem in problems)
    assume(made is not None)
    assert made is not None
    for full in (False, True):
        again = load_scenario(write(to_yaml(made, full=full)))
        assert again == dataclasses.replace(made, file=again.file)
        assert differences(again, made) == []


def _quoted(each: Knob, value: Any) -> str:
    return f"'{value.replace(chr(39), chr(39) * 2)}'" if each.kind == "text" else text(each, value)


SOUND = [TEA, "extends: base.yaml\nstrategies: {email: {every: 3 d}}\n", starter_text()]
SPITE = [
    "\t", "\x00", "!!python/object:os.system", "&a ", "*a", "*a, *a", "<<: *a", "{", "}", "[", "]", ": ", "- ",
    "? ", "'", '"', "|", ">", "#", "---\n", "...\n", ".nan", ".inf", "-1", "1e999", "9" * 400, "off", "on", "null",
    "true", "\x85", "\ud7ff", "\ufeff", "2025-13-01", "14", "14 d", "300 %", "\nextends: shop.yaml\n",
    "\nextends: /etc/passwd\n", "\r", "%YAML 9.9\n",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A sound file after a few accidents: bytes flipped, lines lost, doubled or swapped, spite put in."""
    data = draw(st.sampled_from(SOUND)).encode()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        lines = data.splitlines(keepends=True)
        row = draw(st.integers(0, max(len(lines) - 1, 0)))
        match draw(st.integers(0, 5)):
            case 0:
                data = data[:at] + bytes([draw(st.integers(0, 255))]) + data[at + 1 :]
            case 1:
                data = data[:at] + draw(st.sampled_from(SPITE)).encode() + data[at:]
            case 2:
                data = b"".join(lines[:row] + lines[row + 1 :])
            case 3:
                data = b"".join(lines[:row] + [b"  " + line for line in lines[row : row + 1]] + lines[row:])
            case 4:
                words = data.split(b" ")
                one, other = (draw(st.integers(0, len(words) - 1)) for _ in range(2))
                words[one], words[other] = words[other], words[one]
                data = b" ".join(words)
            case _:
                data = data[:at]
    return data


@QUICK
@given(mutated() | st.binary(max_size=200) | st.text(max_size=80).map(str.encode))
def test_a_mutated_file_is_a_scenario_or_bad_input(write: Write, data: bytes) -> None:
    """Nothing else comes out, and every mistake has a message of one line and a place."""
    write("store: {}\n", "base.yaml")
    path = write(data)
    made, problems = outcome(path)
    assert (made is None) == bool(problems)
    for problem in problems:
        assert problem.message.isprintable()
        assert problem.message
        assert problem.file == str(path)
        assert problem.line > 0


def test_the_library_is_where_it_is_promised() -> None:
    """Beside the package when installed, else at the top of the clone."""
    assert library_root().name in ("library", "scenarios")
    assert library_root().is_dir()


def test_every_shipped_scenario_loads() -> None:
    """Each is valid, asks a question in its first line and comes back from its own YAML."""
    for one in shipped():
        assert load_scenario(one.path) == dataclasses.replace(load_scenario(one.name), file=str(one.path))
        assert one.question
