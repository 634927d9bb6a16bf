"""The doctor: what it finds out about terminals and machines, and what it advises."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from shop_file import ENVIRON

from sim.cli import main
from sim.doctor import BAD, NOTE, OK, PATTERN, Fact, examined, pattern
from sim.terminal import Terminal
from sim.text import width
from sim.workforce import Hand


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"  # type: ignore[assignment]

    def isatty(self) -> bool:
        return True


class Idle:
    """Stands for a process that has been started and does what `pipe` does."""

    def __init__(self, pipe: Any) -> None:
        self.pipe, self.process = pipe, self

    def terminate(self) -> None:
        """Nothing runs."""

    def join(self) -> None:
        """Nothing runs."""


class Answers:
    """A pipe at whose other end somebody answers, or nobody, or is dead."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def send(self, work: object) -> None:
        """Take the work."""

    def poll(self, patience: float) -> bool:
        """Whether an answer comes."""
        return self.answer is not None

    def recv(self) -> object:
        """The answer."""
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def facts(environ: dict[str, str], answer: object = (1, None), **streams: Any) -> dict[str, Fact]:
    """The facts by name, for an environment and streams that are terminals."""
    given = {name: streams.get(name, Screen()) for name in ("input", "output", "error")}
    found = examined({"HOME": "/nowhere", **environ}, given, lambda: Idle(Answers(answer)))  # type: ignore[arg-type, return-value]
    return {fact.name: fact for fact in found}


@pytest.mark.parametrize(
    ("environ", "colours", "advice"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "16 million", ""),
        ({"TERM": "xterm-256color"}, "256", "COLORTERM=truecolor"),
        ({"TERM": "screen-256color", "TMUX": "/tmp/x"}, "256", "tmux-256color"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "none", "NO_COLOR asks"),
        ({"TERM": "vt100"}, "none", "COLORTERM=truecolor"),
    ],
)
def test_colours_are_told_with_what_to_do(environ: dict[str, str], colours: str, advice: str) -> None:
    """What the environment says, and the way to more where there could be more."""
    found = facts(environ)["colours"]
    assert found.value == colours
    assert advice in found.advice
    assert (found.grade == OK) == (advice == "")


def test_size_encoding_and_what_stands_between() -> None:
    """A small window, an old encoding, a multiplexer, SSH and Apple's terminal are noted with advice."""
    small = {"TERM": "xterm", "COLUMNS": "30", "LINES": "9"}
    found = facts({**small, "STY": "1", "SSH_TTY": "x", "TERM_PROGRAM": "Apple_Terminal"})
    assert found["size"].value == "30 x 9"
    assert "40 x 10" in found["size"].advice
    assert found["multiplexer"].value == "screen"
    assert "Menlo" in found["program"].advice
    assert found["connection"].grade == NOTE
    assert facts({"TERM": "xterm", "COLUMNS": "70"})["size"].grade == NOTE
    assert facts({"TERM": "xterm", "COLUMNS": "100", "LINES": "30"})["size"].grade == OK
    old = Screen()
    old.encoding = "latin-1"  # type: ignore[misc]
    assert "UTF-8" in facts({"TERM": "xterm"}, output=old)["encoding"].advice
    assert facts({"TERM": "xterm"})["encoding"].grade == OK


def test_streams_that_are_no_terminals_are_notes_not_failures() -> None:
    """A file for standard output limits the lab, not the commands; the size is then that of the other streams."""
    found = facts({"TERM": "xterm", "COLUMNS": "90"}, output=io.StringIO())
    assert found["standard output"].grade == NOTE
    assert found["standard error"].grade == OK
    assert found["size"].value.startswith("90 x")
    nowhere = facts({}, input=None, output=None, error=None)
    assert nowhere["size"].value == "not known"
    assert not [fact for fact in nowhere.values() if fact.grade == BAD]


@pytest.mark.parametrize("answer", [None, EOFError(), (os.getpid(), None), (0, ValueError("x"))])
def test_a_worker_that_does_not_work_is_bad(answer: object) -> None:
    """No answer, a death, an answer from this very process and an exception are all told as broken."""
    assert facts({}, answer)["worker process"].grade == BAD


def test_a_real_worker_answers() -> None:
    """On this machine a process starts and does a piece of work."""
    found = {fact.name: fact for fact in examined({"HOME": "/nowhere"}, {}, Hand)}
    assert found["worker process"].grade == OK
    assert "answered in" in found["worker process"].value
    assert found["numpy"].grade == OK


def test_broken_settings_are_told_and_end_with_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The mistake stands in the report with its place; the exit code says that something is broken."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "regulars").mkdir()
    path = tmp_path / "regulars" / "settings.yaml"
    path.write_text("theem: nord\n")
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "! settings" in out
    assert "settings.yaml:1:1: theem" in " ".join(out.split())
    assert "Something is broken: settings." in out
    path.write_text("theme: nord\n")
    assert main(["doctor", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["schema"], told["sound"]) == ("regulars.doctor/1", True)
    assert {fact["name"]: fact for fact in told["facts"]}["settings"]["value"] == f"{path}, valid"
    assert [each["name"] for each in told["pattern"]] == [name for name, _, _ in PATTERN]


def test_the_pattern_is_as_wide_as_it_should_be() -> None:
    """Every line fits 80 columns; colours only where there are some; an old encoding gets question marks."""
    for colour in ("none", "256", "truecolor"):
        text = pattern(Terminal(colour=colour))
        assert ("\x1b[" in text) == (colour != "none")
    assert all(width(line) <= 80 for line in pattern(Terminal()).splitlines())
    assert "?" in pattern(Terminal(encoding="ascii"))
    pattern(Terminal(encoding="ascii")).encode("ascii")


def test_in_a_real_terminal_all_is_seen() -> None:
    """On a pseudo-terminal the three streams are terminals, and nothing is broken."""
    master, slave = pty.openpty()
    environ = {**ENVIRON, "TERM": "xterm-256color", "COLUMNS": "90", "LINES": "30", "XDG_CONFIG_HOME": "/nowhere"}
    environ.pop("NO_COLOR", None)
    done = subprocess.Popen(
        [sys.executable, "-m", "sim", "doctor"], stdin=slave, stdout=slave, stderr=slave, env=environ, close_fds=True
    )
    os.close(slave)
    text = b""
    try:
        while chunk := os.read(master, 65536):
            text += chunk
    except OSError:  # the other end was closed
        pass
    os.close(master)
    assert done.wait() == 0
    shown = text.decode()
    assert shown.count("a terminal\r\n") == 3
    assert "90 x 30" in shown
    assert "\x1b[38;5;" in shown
