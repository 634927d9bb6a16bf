"""What this terminal and this machine can do: facts, what to do about those that hinder, and a pattern to look at."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TextIO

from sim.chart.chart import PALETTE
from sim.chart.raster import PLAIN, Raster, paint
from sim.errors import BadInput, RegularsError
from sim.files.library import library_root, shipped
from sim.settings import load_settings, settings_file
from sim.terminal import Terminal, look
from sim.text import pad, printable
from sim.workforce import Hand, available_cores

PATIENCE = 30.0
"""Seconds that a process may take to start and to answer."""
LEAST, COMFORTABLE = (40, 10), (80, 24)
"""Cells that the lab needs, and in which it has room."""
PACKAGES = ("numpy", "simpy", "pyyaml")
SCREEN_PACKAGES = ("textual", "rich")
"""What the lab needs beside what every command does."""
OK, NOTE, BAD = "ok", "note", "bad"


@dataclass(frozen=True)
class Fact:
    """One thing found out."""

    group: str
    """`terminal`, `machine` or `files`."""
    name: str
    value: str
    grade: str = OK
    """`ok`, `note` for what limits the lab, `bad` for what keeps commands from working."""
    advice: str = ""
    """What to do about it."""


def examined(
    environ: Mapping[str, str] = os.environ, streams: Mapping[str, TextIO | None] | None = None,
    begin: Callable[[], Hand] = Hand,
) -> list[Fact]:  # fmt: skip
    """Every fact, those of the terminal first."""
    streams = streams or {"input": sys.stdin, "output": sys.stdout, "error output": sys.stderr}
    return [*_terminal(environ, streams), *_machine(begin), *_files(environ)]


def _terminal(environ: Mapping[str, str], streams: Mapping[str, TextIO | None]) -> Iterator[Fact]:
    seen = {name: look(stream, environ) for name, stream in streams.items()}
    advice = "the lab needs all three to be a terminal; commands that print do not"
    for name, each in seen.items():
        if each.tty:
            yield Fact("terminal", f"standard {name}", "a terminal")
        else:
            yield Fact("terminal", f"standard {name}", "a file or a pipe", NOTE, advice)
            advice = ""  # once is enough
    # As the lab does: it paints on standard error, commands on standard output; either tells what the terminal is.
    there = next((each for each in reversed(seen.values()) if each.tty), Terminal())
    yield _size(there)
    yield from _colours(there, environ)
    yield _letters(seen.get("output", there), there)
    yield from _programs(environ)


def _size(there: Terminal) -> Fact:
    size = f"{there.columns} x {there.rows}" if there.tty else "not known"
    if there.tty and (there.columns < LEAST[0] or there.rows < LEAST[1]):
        advice = f"the lab needs {LEAST[0]} x {LEAST[1]}: enlarge the window or use a smaller font"
        return Fact("terminal", "size", size, NOTE, advice)
    small = there.columns < COMFORTABLE[0] or there.rows < COMFORTABLE[1]
    return Fact("terminal", "size", size, NOTE if small else OK, "from 80 x 24 on the lab has room for all" if small else "")


def _colours(there: Terminal, environ: Mapping[str, str]) -> Iterator[Fact]:
    told = {"truecolor": "16 million", "256": "256", "none": "none"}[there.colour]
    given = ", ".join(f"{name}={environ[name]}" for name in ("TERM", "COLORTERM", "NO_COLOR", "COLORFGBG") if name in environ)
    advice = ""
    if not there.tty:
        advice = "without a terminal nothing is coloured"
    elif environ.get("NO_COLOR"):
        advice = "NO_COLOR asks for none: scenarios are told apart by letters, dashes and marks"
    elif there.colour != "truecolor" and environ.get("TMUX"):
        advice = "in tmux.conf: set -g default-terminal tmux-256color; set -ga terminal-features ',*:RGB'"
    elif there.colour != "truecolor":
        advice = "if the terminal can do more, set COLORTERM=truecolor, or 'colours: truecolor' in the settings"
    yield Fact("terminal", "colours", told, NOTE if advice else OK, advice)
    yield Fact("terminal", "environment", given or "neither TERM nor COLORTERM is set", OK if "TERM" in environ else NOTE)
    if there.tty:
        yield Fact("terminal", "page", "light" if there.light else "dark, unless COLORFGBG says otherwise")


def _letters(output: Terminal, there: Terminal) -> Fact:
    fine = output.unicode and there.unicode
    advice = "" if fine else "set LC_ALL or PYTHONUTF8=1 to a UTF-8 locale; until then all is drawn in ASCII"
    return Fact("terminal", "encoding", output.encoding, OK if fine else NOTE, advice)


def _programs(environ: Mapping[str, str]) -> Iterator[Fact]:
    """The terminal's program, and what stands between it and us."""
    if name := environ.get("TERM_PROGRAM", ""):
        apple = name == "Apple_Terminal"
        advice = "lines have gaps unless the font is Menlo with a line spacing of 0.805" if apple else ""
        version = environ.get("TERM_PROGRAM_VERSION", "")
        yield Fact("terminal", "program", f"{name} {version}".strip(), NOTE if advice else OK, advice)
    elif sys.platform == "win32" and not environ.get("WT_SESSION"):
        advice = "the old console lacks braille and colours: use Windows Terminal"
        yield Fact("terminal", "program", "not Windows Terminal", NOTE, advice)
    between = [name for name, variable in (("tmux", "TMUX"), ("screen", "STY"), ("zellij", "ZELLIJ")) if environ.get(variable)]
    if between:
        keys = "keys that it takes for itself can be changed in the settings (keymap); for the mouse in tmux: set -g mouse on"
        yield Fact("terminal", "multiplexer", ", ".join(between), NOTE, keys)
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        yield Fact("terminal", "connection", "SSH", NOTE, "COLORTERM is often not passed on: SendEnv COLORTERM")


def _machine(begin: Callable[[], Hand]) -> Iterator[Fact]:
    yield Fact("machine", "Python", f"{platform.python_version()} ({platform.system()} {platform.machine()})")
    for name in (*PACKAGES, *SCREEN_PACKAGES):
        version = _version(name)
        grade = OK if version else BAD if name in PACKAGES else NOTE
        advice = "" if version else f"pip install {name}" + ("" if name in PACKAGES else ": the lab needs it")
        yield Fact("machine", name, version or "not installed", grade, advice)
    cores, all_of = available_cores(), os.cpu_count() or 1
    yield Fact("machine", "cores", f"{cores} of {all_of}" if cores != all_of else f"{cores}")
    yield _worker(begin)


def _version(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _worker(begin: Callable[[], Hand]) -> Fact:
    """Whether a further process starts and does a piece of work."""
    advice = "commands work with --workers 1 nonetheless"
    started = time.monotonic()
    try:
        hand = begin()
    except (OSError, ValueError, RuntimeError) as error:
        return Fact("machine", "worker process", f"cannot be started: {error}", BAD, advice)
    try:
        hand.pipe.send((os.getpid, ()))
        if not hand.pipe.poll(PATIENCE):
            return Fact("machine", "worker process", f"did not answer within {PATIENCE:g} s", BAD, advice)
        pid, mistake = hand.pipe.recv()
    except (OSError, EOFError):
        return Fact("machine", "worker process", "started and died at once", BAD, advice)
    finally:
        hand.process.terminate()
        hand.process.join()
    if mistake is not None or pid == os.getpid():
        return Fact("machine", "worker process", f"answered wrongly: {mistake or pid}", BAD, advice)
    return Fact("machine", "worker process", f"started and answered in {time.monotonic() - started:.1f} s")


def _files(environ: Mapping[str, str]) -> Iterator[Fact]:
    path = settings_file(environ)
    try:
        found = load_settings(path)
    except BadInput as mistake:
        yield Fact("files", "settings", str(path), BAD, "; ".join(str(problem) for problem in mistake.problems))
    except OSError as error:
        yield Fact("files", "settings", str(path), BAD, f"cannot be read: {error.strerror}")
    else:
        yield Fact("files", "settings", f"{path}{', valid' if found.file else ', not there (regulars settings --write)'}")
    try:
        yield Fact("files", "scenarios", f"{len(shipped())} in {library_root()}")
    except (OSError, RegularsError) as error:
        yield Fact("files", "scenarios", str(library_root()), BAD, f"cannot be read: {error}")


PATTERN = (
    ("braille", "⣀⣠⣤⣴⣶⣾⣿⡿⠿⠟⠛⠋⠉", "a wave of dots that rises and falls"),
    ("blocks", "▁▂▃▄▅▆▇█ ▏▎▍▌▋▊▉█", "two ramps without gaps"),
    ("shades", "░░▒▒▓▓██", "four greys from light to full"),
    ("lines", "┌─┬─┐│├─┼─┤└─┴─┘", "lines that meet"),
    ("signs", "▲ ▼ · ◆ ● ✓ ± − … €", "ten signs, one cell each"),
    ("wide", "店|é|ü|", "a wide sign, and bars right behind each letter"),
)
"""What to look at: its name, the letters, and what should be seen."""


def pattern(terminal: Terminal) -> str:
    """The test pattern, each line ended; colours where the terminal has them."""
    lines = [f"  {name:<8} {pad(printable(signs, terminal.encoding), 20)} {seen}" for name, signs, seen in PATTERN]
    bands = Raster.blank(1, 51)
    bands.write(0, 2, "colours")
    for place, colour in enumerate(PALETTE):
        bands.write(0, 11 + 3 * place, chr(ord("A") + place) * 2, colour)
        bands.background[0, 31 + 3 * place : 33 + 3 * place] = colour if terminal.colour != "none" else PLAIN
    return "\n".join(lines) + "\n" + paint(bands, terminal.colour)
