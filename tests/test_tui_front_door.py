"""The front door: which words open the lab, what a terminal must have, and that commands never pay for the screen."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from shop_file import ENVIRON, shop_in

from sim.errors import BadInput
from tui import __main__ as door
from tui.launch import BEGIN, check_terminal, loaded, parsed


def at_the_door(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
    """The program with its front door, away from any terminal unless told."""
    settings: dict[str, object] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    command = [sys.executable, "-m", "tui", *words]
    return subprocess.run(command, env=ENVIRON, text=True, timeout=60, **settings)  # type: ignore[call-overload, no-any-return]


def test_commands_never_load_the_screen() -> None:
    """A command of the front door imports neither Textual nor Rich, and says what it always says."""
    code = (
        "import sys; from tui.__main__ import main; main(['metrics', 'clv']); main(['--help'])\n"
        "print([m for m in ('textual', 'rich', 'tui.app') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], env=ENVIRON, capture_output=True, text=True, timeout=60)
    assert done.stdout.endswith("[]\n"), done.stdout + done.stderr
    assert "lab " in done.stdout


def test_the_state_of_the_lab_is_loaded_without_the_screen() -> None:
    """Controller, workspace and charts work where there is no Textual."""
    code = (
        "import sys; import tui.controller, tui.charts, tui.table, tui.tornadoes, tui.work, tui.crew\n"
        "print([m for m in ('textual', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], env=ENVIRON, capture_output=True, text=True, timeout=60)
    assert done.stdout == "[]\n", done.stdout + done.stderr


FIRST_PICTURE = """
import asyncio, sys
from tui.launch import loaded, parsed
from tui.app import Lab

found = []

def painted(app):
    found.extend(sys.modules)
    app.exit()

async def opened():
    async with Lab(loaded(parsed(["typical_quarterly_sale"]))[0], environ={}).run_test() as pilot:
        await pilot.pause()

Lab._start = painted
asyncio.run(opened())
later = "simpy", "sim.experiment", "sim.compare", "sim.metrics", "sim.chart", "tui.controller", "tui.charts", "tui.screens.ask"
print([name for name in found if name.startswith((*later, "sim.strategies."))])
"""


def test_the_first_picture_waits_for_no_engine() -> None:
    """What simulates, measures and draws is loaded when the screen is painted, not before, and of the strategies only those
    of the scenario."""
    done = subprocess.run([sys.executable, "-c", FIRST_PICTURE], env=ENVIRON, capture_output=True, text=True, timeout=60)
    assert done.stdout == "['sim.strategies.discount_cycle']\n", done.stdout + done.stderr


@pytest.mark.parametrize("words", [(), ("lab",), ("lab", "tea_shop")])
def test_without_a_terminal_the_lab_says_so(words: tuple[str, ...]) -> None:
    """Exit code 2, one sentence on standard error, nothing on standard output."""
    done = at_the_door(*words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "regulars: the lab needs a terminal, but standard input and standard output and standard error are not one; "
        "'regulars --help' lists the commands that print\n"
    )


def test_a_terminal_is_needed_on_every_stream() -> None:
    """Redirected standard error alone would leave the screen dead: it is told which stream it is."""
    main, other = pty.openpty()
    try:
        done = at_the_door(stdin=other, stdout=other)
        assert done.returncode == 2
        assert "standard error is not one" in done.stderr
        with open(other, "w", closefd=False) as terminal:
            streams = {"standard input": terminal, "standard output": terminal, "standard error": terminal}
            check_terminal(streams, {"TERM": "xterm-256color"})
            for name in ("dumb", "", "unknown"):
                with pytest.raises(BadInput, match="TERM is"):
                    check_terminal(streams, {"TERM": name})
    finally:
        os.close(main)
        os.close(other)
    closed = io.StringIO()
    closed.close()
    with pytest.raises(BadInput, match="standard output is not one"):
        check_terminal({"standard output": closed}, {"TERM": "xterm"})


def test_mistakes_are_told_before_the_screen_is_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong option, too many scenarios, a broken file: exit code 2 with the place."""
    monkeypatch.setattr("tui.launch.check_terminal", lambda: None)
    broken = tmp_path / "broken.yaml"
    broken.write_text("store: {costs: {godos: 40 %}}\n")
    for words, told in (
        (["lab", "--sed", "3"], "--seed"), (["lab", *["tea_shop"] * 7], "up to 6 scenarios, not 7"),
        (["lab", str(broken)], "broken.yaml:1:17: store.costs.godos: there is no such key; did you mean 'goods'?"),
        (["lab", "tea_shopp"], "did you mean 'tea_shop'"), (["lba"], "did you mean 'lab'"),
    ):  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", f"import tui.launch as l; l.check_terminal = lambda: None; "
             f"import sys; from tui.__main__ import main; sys.exit(main({words!r}))"],
            env=ENVIRON, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (2, "")
        assert told in done.stderr


def test_the_lab_takes_the_options_of_a_comparison(tmp_path: Path) -> None:
    """Overrides, size, time and seed are those that `regulars compare` would take; without a name it begins with two stores."""
    file = shop_in(tmp_path)
    found = parsed([file, "tea_shop", "--set", "B:strategies.email=on", "--months", "20", "--customers", "500", "--seed", "9"])
    scenarios, notes = loaded(found)
    assert [each.months for each in scenarios] == [20, 20]
    assert "email" in scenarios[1].strategies
    assert scenarios[0].expected_customers() == pytest.approx(500)
    assert any("scaled" in note for note in notes)
    begun, _ = loaded(parsed([]))
    assert [each.file for each in begun] == list(BEGIN)


def test_help_and_version_need_no_terminal() -> None:
    """They print and end with 0."""
    for words in (("--help",), ("lab", "--help"), ("--version",)):
        done = at_the_door(*words)
        assert done.returncode == 0
        assert done.stdout
        assert done.stderr == ""


def test_the_door_hands_all_else_to_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Commands run as they always did."""
    assert door.main(["metrics", "clv"]) == 0
    assert "CLV" in capsys.readouterr().out
    assert door.main(["metricks"]) == 2
