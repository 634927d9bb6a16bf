"""The command line of a comparison gives the comparison again."""

from __future__ import annotations

import dataclasses
import json
import shlex
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from test_saving import changed, same, sound

from sim.cli import main
from sim.command_line import command_line, overrides
from sim.commands.simulation import differs
from sim.errors import BadInput
from sim.experiment import run
from sim.files.scenario_file import load_scenario
from sim.paths import turned
from sim.report.as_json import json_text
from sim.report.parts import Report
from sim.scenario import Scenario
from sim.strategies import catalogue


def printed(capsys: pytest.CaptureFixture[str], line: str) -> dict[str, object]:
    """What the command prints, without its notes, which the headless command adds."""
    program, *words = shlex.split(line)
    assert program == "regulars"
    assert main(words) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found | {"notes": []}


def shown(*scenarios: Scenario, seed: int = 1) -> dict[str, object]:
    """The same scenarios simulated in this process, as a screen would."""
    comparison = [*run(scenarios, seed=seed, replications=2, workers=1)][-1].comparison
    assert comparison is not None
    found: dict[str, object] = json.loads(json_text(Report(comparison, differs(scenarios))))
    return found | {"notes": []}


def test_the_command_prints_the_same_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Two scenarios of one file, edited and not saved: the printed command gives every figure of theirs."""
    path = tmp_path / "it's a $HOP; rm -rf.yaml"
    path.write_text("store: {}\nchannels: {shop: {customers: 8}}\nstrategies: {email: {every: 14 d}, welcome: on}\n")
    first = load_scenario(path)
    second = turned(turned(first, "strategies.email.every", 10.5), "store.costs.goods", 0.35)
    strategies = {"email": second.strategies["email"], "push": catalogue()["push"](lift=0.7), "sms": catalogue()["sms"]()}
    second = dataclasses.replace(second, strategies=strategies, name='"B" & more: 店 $(ls)')
    line = command_line([first, second], 7, replications=2, form="json")
    assert printed(capsys, line) == shown(first, second, seed=7)
    assert "B:strategies.welcome=off" in line
    assert "B:strategies.sms=on" in line
    assert "'B:strategies.email.every=252 h'" in line


def test_one_scenario_is_run(capsys: pytest.CaptureFixture[str]) -> None:
    """A single scenario has no letters; the seed is left out where it is the usual one."""
    scenario = turned(load_scenario("typical_welcome"), "store.season", (1.0,) * 11 + (2.0,)).scaled(100)
    line = command_line([scenario], replications=2, form="json")
    assert line.startswith("regulars run typical_welcome --set")
    assert "--seed" not in line
    assert printed(capsys, line) == shown(scenario)


def test_a_shell_reads_the_words_back(tmp_path: Path) -> None:
    """What a POSIX shell makes of the line are the very words that were meant."""
    path = tmp_path / "- odd 'name' \"and\" `more` \\ $x.yaml"
    path.write_text("store: {}\n")
    scenario = dataclasses.replace(load_scenario(path), name="a 'quoted' \"name\" with $(echo) and \\ and  spaces")
    line = command_line([scenario], program=["printf", "'%s\\0'"][0])
    echoed = subprocess.run(["sh", "-c", line.replace("printf", "printf '%s\\0'", 1)], capture_output=True, check=True).stdout
    assert echoed.decode().split("\0")[:-1] == shlex.split(line)[1:]
    text = shlex.split(line)[-1]
    assert load_scenario(path, [text]).name == scenario.name


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_overrides_give_the_edited_scenario(data: st.DataObject) -> None:
    """Whatever is edited, the file with the overrides is the edited scenario."""
    before = load_scenario(data.draw(st.sampled_from(["tea_shop_tiers", "typical_all_together", "leather_shoes_win_back"])))
    after = data.draw(changed(before))
    assume(sound(after))
    assert same(load_scenario(before.file, list(overrides(after))), after)


def test_a_file_name_is_no_option_and_no_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that begins with a dash is given as a path; a scenario without a file has no command."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-x.yaml").write_text("store: {}\n")
    assert command_line([load_scenario("-x.yaml")]) == "regulars run ./-x.yaml"
    with pytest.raises(BadInput, match="save it first"):
        command_line([Scenario(name="fresh")])
