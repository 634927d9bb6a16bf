"""A progress bar on one line of a terminal: shown only for work that lasts, erased when it is done."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

from sim.terminal import Terminal, look

PATIENCE = 1.0
"""Seconds before the bar appears."""
SELDOM = 0.1
"""Seconds between two pictures of the bar."""
WIDEST = 40


class Progress:
    """The bar as a context: `step` it with what is done, leave the context and it is gone."""

    def __init__(
        self,
        stream: TextIO | None,
        label: str,
        *,
        terminal: Terminal | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stream, self.label, self.clock = stream, label, clock
        self.terminal = terminal
        self.begun = self.shown_at = clock()
        self.visible = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        self.erase()

    def step(self, done: int, total: int) -> None:
        """Show that `done` of `total` is done, if the work has lasted long enough and the stream is a terminal."""
        now = self.clock()
        if self.stream is None or now - self.begun < PATIENCE or (self.visible and now - self.shown_at < SELDOM):
            return
        # The terminal is looked at each time: it may have been resized.
        terminal = self.terminal or look(self.stream)
        if not terminal.tty:
            return
        self.visible, self.shown_at = True, now
        self._write("\r" + bar(self.label, done, total, now - self.begun, terminal))

    def erase(self) -> None:
        """Leave the line as it was."""
        if self.visible and self.stream is not None:
            columns = (self.terminal or look(self.stream)).columns
            self._write("\r" + " " * (columns - 1) + "\r")
            self.visible = False

    def _write(self, text: str) -> None:
        assert self.stream is not None
        try:
            self.stream.write(text)
            self.stream.flush()
        except (OSError, ValueError):
            self.stream = None


def bar(label: str, done: int, total: int, seconds: float, terminal: Terminal) -> str:
    """One line, padded to one cell less than the terminal is wide so that it never wraps."""
    room = max(terminal.columns - 1, 1)
    share = min(done / total, 1.0) if total > 0 else 0.0
    left = f", {_duration(seconds / share - seconds)} left" if 0 < share < 1 else ""
    tail = f" {share:4.0%}{left}"
    cells = min(room - len(label) - len(tail) - 3, WIDEST)
    if cells < 4:
        return f"{share:4.0%}"[:room].ljust(room)
    full, rest = divmod(round(share * cells * 8), 8)
    if terminal.unicode:
        drawn = "█" * full + (" ▏▎▍▌▋▊▉"[rest] if rest else "")
        return f"{label} ▕{drawn:<{cells}}▏{tail}".ljust(room)
    return f"{label} [{'#' * full:<{cells}}]{tail}".ljust(room)


def _duration(seconds: float) -> str:
    """A time that is left, roughly."""
    if seconds < 99:
        return f"{max(round(seconds), 1)} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
