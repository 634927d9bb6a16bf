"""The lab in a real pseudo-terminal, with its own worker processes: hold a key, resize, kill a worker, leave."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator

import pytest
from real_terminal import LEFT, RIGHT, RealTerminal

SIZES = [(80, 24), (160, 50)]
STORE = ["lab", "typical_quarterly_sale", "--customers", "150", "--months", "14"]
WORDS = [*STORE, "--replications", "3", "--workers", "1"]
LONG = [*STORE, "--replications", "60", "--workers", "1"]


@pytest.fixture
def terminals() -> Iterator[list[RealTerminal]]:
    """Terminals that are closed whatever happens."""
    opened: list[RealTerminal] = []
    yield opened
    for each in opened:
        each.close()


def curve(text: str) -> str:
    """The braille of the screen, in its places."""
    lines = text.splitlines()
    return "\n".join("".join(letter if "\u2801" <= letter <= "\u28ff" else " " for letter in line) for line in lines)


def is_done(text: str) -> bool:
    """Whether the status line says that all is simulated."""
    return bool(re.search(r"✓ A \d+ of \d+ stores", text))


def opened(terminals: list[RealTerminal], size: tuple[int, int], words: list[str] = WORDS, **environ: str) -> RealTerminal:
    """The lab in a terminal of that size."""
    terminal = RealTerminal(*size, words, **environ)
    terminals.append(terminal)
    terminal.until(lambda text: "Depth" in text, "shows the knobs")
    return terminal


def held(terminal: RealTerminal, key: bytes, before: str, wanted: int) -> int:
    """Hold a key, ten times a second, until so many further curves were seen meanwhile; how many presses that took."""
    seen = {before}
    for presses in range(1, 60):
        terminal.send(key)
        terminal.read(0.1)
        if "preview" in terminal.text:
            seen.add(curve(terminal.text))
        if presses >= 6 and len(seen) > wanted:
            return presses
    raise AssertionError(f"only {len(seen) - 1} curves in 6 seconds:\n{terminal.text}")


@pytest.mark.parametrize("size", SIZES)
def test_a_held_key_bends_the_curve_and_then_it_is_refined(terminals: list[RealTerminal], size: tuple[int, int]) -> None:
    """Start, hold an arrow key, see the curve change while it is held, see it refined, and back again. Then the terminal
    becomes larger, tiny, flat and what it was while stores are simulated: nothing breaks, and the work is finished. Leave
    with 0 and a clean terminal."""
    terminal = opened(terminals, size)
    terminal.until(is_done, "refines the first scenario")
    terminal.read(0.1)
    before = curve(terminal.text)
    presses = held(terminal, RIGHT, before, 3)
    done = terminal.until(lambda text: is_done(text) and f"{20 + presses} %" in text, "refines the tweaked scenario")
    assert "Depth" in done
    assert curve(done) != before
    terminal.send(LEFT * presses)
    terminal.until(lambda text: is_done(text) and "20 %" in text and curve(text) == before, "comes back to the first curve")
    terminal.send(LEFT * 3)
    for columns, rows in ((120, 30), (50, 12), (30, 8), (7, 3), (200, 60), size):
        terminal.resize(columns, rows)
        terminal.read(0.1)
    terminal.until(lambda text: is_done(text) and "17 %" in text, "refines after all")
    assert max(map(len, terminal.text.splitlines())) <= size[0]
    assert terminal.leave() == 0
    assert terminal.restored()


@pytest.mark.parametrize("size", SIZES)
def test_a_killed_worker_is_replaced(terminals: list[RealTerminal], size: tuple[int, int]) -> None:
    """Every worker process is killed while it works: that is said, and the work is finished nevertheless."""
    terminal = opened(terminals, size, LONG)
    terminal.until(lambda text: re.search(r"[1-9]\d* of 60 stores", text), "has begun to refine")
    for child in terminal.children():
        os.kill(child, signal.SIGKILL)
    terminal.until(lambda text: "a worker process died and was replaced" in text, "says that a worker died")
    terminal.send(RIGHT)
    terminal.until(lambda text: "21 %" in text, "goes on")
    terminal.until(lambda text: re.search(r"[1-9]\d* of 60 stores", text), "refines again")
    assert terminal.leave() == 0
    assert terminal.restored()


def test_nothing_is_left_when_it_is_told_to_terminate(terminals: list[RealTerminal]) -> None:
    """SIGTERM in the middle of the work: the terminal is restored, the processes are gone, the exit code says so."""
    terminal = opened(terminals, (80, 24), LONG)
    terminal.until(lambda text: re.search(r"[1-9]\d* of 60 stores", text), "has begun to refine")
    children = terminal.children()
    assert children
    terminal.process.terminate()
    end = time.monotonic() + 20
    while terminal.process.poll() is None and time.monotonic() < end:
        terminal.read(0.05)
    assert terminal.process.returncode == 143
    terminal.read(0.1)
    assert terminal.restored()
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)


def test_256_colours_ascii_and_no_colour_have_their_own_pictures(terminals: list[RealTerminal]) -> None:
    """Where colours are few none is sent as red, green and blue; with NO_COLOR none at all; with --ascii only ASCII."""
    few = opened(terminals, (80, 24), COLORTERM="", TERM="xterm-256color")
    few.until(is_done, "is done in 256 colours")
    assert b"38;2;" not in few.raw
    assert b"38;5;" in few.raw
    assert few.leave() == 0
    ascii_only = opened(terminals, (80, 24), [*WORDS, "--ascii"])
    done = ascii_only.until(lambda text: re.search(r"\+ A \d+ of \d+ stores", text), "is done in ASCII")
    assert done.isascii(), [letter for letter in done if not letter.isascii()]
    assert ascii_only.leave() == 0
    plain = opened(terminals, (80, 24), NO_COLOR="1")
    plain.until(is_done, "is done without colour")
    sent = [tuple(map(int, match.split(b";"))) for match in re.findall(rb"\x1b\[[34]8;2;(\d+;\d+;\d+)", plain.raw)]
    assert all(red == green == blue for red, green, blue in sent)
    assert plain.leave() == 0
