"""A real pseudo-terminal with the lab in it: keys in, a screen of cells out."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from typing import Any

import pyte
from shop_file import ENVIRON

PATIENCE = 60.0
"""Seconds after which something that should come is given up."""
UNKNOWN = re.compile(
    rb"\x1b\[[<>=][0-9;:]*[a-zA-Z]|\x1bP[^\x1b]*\x1b\\|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-9;?]*\$[a-z]"
)
"""Questions to the terminal that the emulator does not know and would print."""
LEFT, RIGHT, CTRL_Q = b"\x1b[D", b"\x1b[C", b"\x11"


class RealTerminal:
    """The lab in a terminal of so many cells."""

    def __init__(self, columns: int, rows: int, words: Sequence[str], **environ: str) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.main, self.other = pty.openpty()
        self._size(columns, rows)
        self.before = termios.tcgetattr(self.other)
        self.raw = b""
        settings = {**ENVIRON, "TERM": "xterm-256color", "COLORTERM": "truecolor", "TEXTUAL_ANIMATIONS": "none", **environ}
        for name in ("COLUMNS", "LINES", "NO_COLOR"):
            if name not in environ:
                settings.pop(name, None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tui", *words], env=settings, stdin=self.other, stdout=self.other, stderr=self.other,
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip

    def _size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.main, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        self.read(0.0)
        self.screen.resize(rows, columns)
        self._size(columns, rows)
        os.killpg(self.process.pid, signal.SIGWINCH)

    def send(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self.main, keys)

    def read(self, seconds: float) -> None:
        """Take in what is written in so many seconds, or what is there already."""
        end = time.monotonic() + seconds
        while True:
            ready, _, _ = select.select([self.main], [], [], max(end - time.monotonic(), 0.0))
            if not ready:
                return
            try:
                data = os.read(self.main, 65536)
            except OSError:
                return
            if not data:
                return
            self.raw += data
            with contextlib.suppress(Exception):
                self.stream.feed(UNKNOWN.sub(b"", data))

    @property
    def text(self) -> str:
        """The screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def until(self, holds: Callable[[str], Any], what: str) -> str:
        """Read until something holds for the screen; what it shows then."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.read(0.05)
            if holds(self.text):
                return self.text
            if self.process.poll() is not None:
                break
        raise AssertionError(f"never {what} (exit {self.process.poll()}):\n{self.text}")

    def leave(self) -> int:
        """Press the keys to leave and wait for the end; the exit code."""
        self.send(CTRL_Q)
        end = time.monotonic() + PATIENCE
        asked = False
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.05)
            if "Leave?" in self.text and not asked:
                self.send(b"y")
                asked = True
        code = self.process.wait(timeout=5)
        self.read(0.1)
        return code

    def restored(self) -> bool:
        """Whether the terminal is as it was: its modes, its main screen, its cursor, no mouse reports."""
        modes = termios.tcgetattr(self.other)
        last = {mode: max(self.raw.rfind(b"\x1b[?%d%s" % (mode, end)) for end in (b"h",)) for mode in (1049, 1000, 1003, 2004)}
        off = {mode: self.raw.rfind(b"\x1b[?%dl" % mode) for mode in last}
        shown = self.raw.rfind(b"\x1b[?25h") >= self.raw.rfind(b"\x1b[?25l")
        return modes == self.before and shown and all(off[mode] >= on for mode, on in last.items())

    def children(self) -> list[int]:
        """The ids of the lab's worker processes."""
        command = ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        rows = [line.split(None, 1) for line in done.stdout.splitlines()]
        return [int(row[0]) for row in rows if "spawn_main" in row[1]]

    def close(self) -> None:
        """End it, whatever happened."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.main)
        os.close(self.other)
