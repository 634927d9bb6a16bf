"""The command line as a process: what it imports, full disks, closed pipes, real terminals, and being stopped."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pyte
import pytest
from shop_file import ENVIRON, SMALL, shop_in

from sim.commands.progress import Progress, bar
from sim.terminal import Terminal
from sim.text import width

LONG = ["--customers", "20000", "--replications", "400", "--workers", "2"]
"""Minutes of work: long enough to be interrupted."""


@pytest.fixture
def shop(tmp_path: Path) -> str:
    """A scenario file."""
    return shop_in(tmp_path)


def started(*words: str, **options: object) -> subprocess.Popen[str]:
    """A command in a process of its own."""
    return subprocess.Popen([sys.executable, "-m", "sim", *words], env=ENVIRON, text=True, **options)  # type: ignore[call-overload, no-any-return]


def test_help_imports_next_to_nothing() -> None:
    """Neither numpy, simpy, yaml nor a process pool are loaded for --help; Textual, Rich and SciPy not even for a run."""
    code = (
        "import sys; from sim.cli import main; main(['--help']); main(['run', '--help'])\n"
        "print([m for m in ('numpy', 'simpy', 'yaml', 'concurrent', 'json', 'scipy') if m in sys.modules])\n"
        "main(['run', 'tea_shop', '-q', '--customers', '100', '--replications', '1', '--workers', '1'])\n"
        "print([m for m in ('scipy', 'textual', 'rich', 'jsonschema') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], env=ENVIRON, capture_output=True, text=True, timeout=60)
    assert done.stdout.count("[]\n") == 2, done.stdout + done.stderr


@pytest.mark.parametrize("words", [["run", "--help"], ["metrics"], ["--version"]])
def test_a_full_disk_behind_standard_output_is_told(words: list[str]) -> None:
    """`> /dev/full`: exit code 1 and a sentence, no traceback, no second failure on leaving."""
    with open("/dev/full", "w") as full:
        process = started(*words, stdout=full, stderr=subprocess.PIPE)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert err == "regulars: cannot write to standard output: No space left on device\n"


def test_a_reader_that_has_gone_is_not_an_error_worth_words() -> None:
    """`| head`: no traceback, nothing on standard error."""
    read, write = os.pipe()
    os.close(read)
    process = started("metrics", "--format", "json", stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert process.communicate(timeout=30)[1] == ""
    assert process.returncode == 1


def test_a_closed_standard_output_is_told() -> None:
    """`>&-`: exit code 1 and a sentence."""
    done = subprocess.run(
        ["sh", "-c", f"'{sys.executable}' -m sim --version >&-"], env=ENVIRON, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 1
    assert "standard output" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_terminal_without_utf8_gets_ascii(shop: str) -> None:
    """With an ASCII locale the table and the charts are ASCII."""
    environ = {**ENVIRON, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "sim", "run", shop, *SMALL, "--plot"], env=environ, capture_output=True, timeout=60
    )
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert b"CLV" in done.stdout


def in_a_terminal(
    words: list[str], columns: int, rows: int, *, until: str = "", environ: dict[str, str] | None = None, send: int = 0
) -> tuple[int, str, list[str]]:
    """Run a command in a pseudo-terminal; returns exit code, all that was written, and the final screen.

    With `send` that signal goes to the foreground as soon as `until` was written.
    """
    main_side, terminal_side = pty.openpty()
    fcntl.ioctl(terminal_side, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    whole = {**ENVIRON, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(environ or {})}
    for name in ("NO_COLOR", "COLUMNS", "LINES"):
        if name not in (environ or {}):
            whole.pop(name, None)
    # Where the tests run in the background they ignore interrupts, and so would what they start.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", *words], env=whole, stdin=terminal_side, stdout=terminal_side,
        stderr=terminal_side, start_new_session=True, close_fds=True,
    )  # fmt: skip
    signal.signal(signal.SIGINT, before)
    os.close(terminal_side)
    written, deadline = b"", time.monotonic() + 60
    while time.monotonic() < deadline:
        ready, _, _ = select.select([main_side], [], [], 0.1)
        if not ready:
            if process.poll() is not None:
                break
            continue
        try:
            data = os.read(main_side, 65536)
        except OSError:
            break
        if not data:
            break
        written += data
        if send and until.encode() in written:
            os.killpg(process.pid, send)
            send = 0
    code = process.wait(timeout=30)
    os.close(main_side)
    text = written.decode()
    screen = pyte.HistoryScreen(columns, rows, history=10_000)
    pyte.Stream(screen).feed(text)
    past = ["".join(line[i].data for i in range(columns)) for line in screen.history.top]
    return code, text, [line.rstrip() for line in [*past, *screen.display]]


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (160, 50)])
def test_the_plot_in_a_real_terminal(shop: str, columns: int, rows: int) -> None:
    """At 80 x 24 the charts stand below one another, at 160 x 50 side by side; nothing wraps, bands are shaded."""
    code, text, lines = in_a_terminal(["compare", shop, shop, *SMALL, "--plot"], columns, rows)
    assert code == 0
    assert "\x1b[38;2;230;159;0" in text
    assert "48;2;" in text
    titles = [i for i, line in enumerate(lines) if line.startswith("Retention")]
    assert len(titles) == 1
    assert ("CLV" in lines[titles[0]]) == (columns == 160)
    assert sum(line.count("└") for line in lines) == 2
    assert any(line.endswith(("A", "B")) for line in lines)


def test_no_color_is_honoured_in_a_terminal(shop: str) -> None:
    """NO_COLOR: the same chart without one escape."""
    code, text, lines = in_a_terminal(["run", shop, *SMALL, "--plot"], 80, 24, environ={"NO_COLOR": "1"})
    assert code == 0
    assert "\x1b" not in text
    assert any("┤" in line for line in lines)


def test_the_progress_bar_shows_and_goes_and_ctrl_c_ends_at_once(shop: str, tmp_path: Path) -> None:
    """Long work shows a bar; Ctrl-C erases it, leaves exit code 130, no file, no traceback and no process."""
    out = tmp_path / "out"
    began = time.monotonic()
    words = ["run", shop, *LONG, "--out", str(out)]
    code, text, lines = in_a_terminal(words, 80, 24, until=" left", send=signal.SIGINT)
    assert code == 130
    assert "simulating" in text
    assert "Traceback" not in text
    assert not any(lines)
    assert not out.exists()
    assert time.monotonic() - began < 30
    time.sleep(0.2)
    assert not [path for path in Path("/proc").glob("[0-9]*/cmdline") if str(out).encode() in _read(path)]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_termination_unwinds(shop: str, tmp_path: Path) -> None:
    """SIGTERM ends the work like an exception: exit code 143, nothing half-written."""
    process = started("run", shop, *LONG, "--out", str(tmp_path / "out"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        workers = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while not _read(workers) and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, out, err) == (143, "", "")
    assert not (tmp_path / "out").exists()


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        """The time it was set to."""
        return self.now


def test_the_bar_waits_a_second_and_is_erased() -> None:
    """Short work shows nothing; long work one line, which is blank in the end."""
    stream, clock = io.StringIO(), Clock()
    with Progress(stream, "simulating", terminal=Terminal(columns=40, tty=True), clock=clock) as progress:
        progress.step(1, 10)
        assert stream.getvalue() == ""
        clock.now = 1.5
        progress.step(5, 10)
        progress.step(6, 10)
        assert stream.getvalue().count("\r") == 1
    assert stream.getvalue().endswith("\r" + " " * 39 + "\r")


def test_no_bar_without_a_terminal() -> None:
    """A file gets no carriage returns."""
    stream, clock = io.StringIO(), Clock()
    with Progress(stream, "x", clock=clock) as progress:
        clock.now = 5.0
        progress.step(5, 10)
    assert stream.getvalue() == ""


@pytest.mark.parametrize("columns", [1, 2, 8, 20, 80, 300])
@pytest.mark.parametrize("unicode", [True, False])
def test_the_bar_never_wraps(columns: int, unicode: bool) -> None:
    """At any width and any share the bar is one cell less than the terminal is wide."""
    for done in range(0, 101, 7):
        text = bar("simulating", done, 100, 12.0, Terminal(columns=columns, unicode=unicode, tty=True))
        assert width(text) == max(columns - 1, 1)
        assert unicode or text.isascii()
