"""The command line: finds the command that is asked for, runs it and says in a sentence what went wrong."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module

from sim.errors import BadInput, Problem, RegularsError

COMMANDS = {
    "run": "simulate one scenario and print its figures",
    "compare": "simulate several scenarios with the same luck and print what differs",
    "lift": "one strategy's effect three ways: what a dashboard says, what a holdout test says, and the truth",
    "bridge": "from the store without strategies to the store with all: what each one adds",
    "sensitivity": "how far a metric moves with what is not known for sure",
    "cohorts": "print retention by the month of the first order",
    "new": "write a commented scenario to begin with",
    "describe": "print the metrics and cohorts of a store's own orders",
    "fit": "fit a store to its own orders, and test how far to trust it",
    "scorecard": "published figures side by side with what the engine makes of them",
    "validate": "check scenario files and tell all mistakes",
    "schema": "print the JSON Schema of scenario files, for editors",
    "scenarios": "list the scenarios that come with the program, or print one",
    "strategies": "list the strategies, or explain one with all its knobs",
    "metrics": "list the metrics, or define one",
    "settings": "where the lab's settings are and what they say",
    "doctor": "what this terminal and this machine can do",
}
"""Every command with what it does; its module in `sim.commands` has its name."""
STOPPED = 130
LAB = "lab"
Opens = Callable[[Sequence[str]], int]


def main(argv: Sequence[str] | None = None, *, lab: Opens | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 failed, 2 bad input, 130 stopped by the user.

    `lab` opens the screen where there is one: for `lab` and where no command is given.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        with _termination():
            return _run(words, lab)
    except RegularsError as error:
        _tell(error)
        return error.exit_code
    except KeyboardInterrupt:
        return STOPPED
    except SystemExit as leaving:  # help has been printed, or the process was asked to terminate
        return int(leaving.code or 0)
    except BrokenPipeError:
        return 1  # the reader has gone, as `| head` does: nobody is left to tell
    except MemoryError:
        _tell(RegularsError("not enough memory: try fewer --customers"))
        return 1


def _run(words: list[str], lab: Opens | None) -> int:
    if lab is not None and words[:1] in ([], [LAB]):
        return lab(words[1:])
    if not words or words[0] in ("-h", "--help", "help"):
        from sim.files.writing import emit

        emit(_help(lab is not None))
        return 0
    if words[0] in ("-V", "--version"):
        from sim._version import __version__
        from sim.files.writing import emit

        emit(f"regulars {__version__}\n")
        return 0
    if words[0] not in COMMANDS:
        raise BadInput(_unknown(words[0], [*COMMANDS, LAB] if lab is not None else list(COMMANDS)))
    code = import_module(f"sim.commands.{words[0]}").execute(words[1:])
    assert isinstance(code, int)
    return code


def _unknown(word: str, known: Sequence[str]) -> Problem:
    from sim.nearest import nearest

    if word.startswith("-"):
        return Problem(f"there is no option '{word}' before the command", allowed="--help, --version")
    suggestion = nearest(word, known)
    return Problem(f"there is no command '{word}'", allowed="" if suggestion else ", ".join(known), suggestion=suggestion)


def _help(lab: bool) -> str:
    opened = [f"  {LAB:<11} the screen where a tweak becomes a curve at once; also without any command"] if lab else []
    lines = [f"  {name:<11} {text}" for name, text in COMMANDS.items()]
    return "\n".join(
        [
            "usage: regulars COMMAND [OPTIONS]",
            "",
            "A retention laboratory: simulate an online store's customers under strategies, and read",
            "CAC, CLV and retention with honest intervals.",
            "",
            *opened,
            *lines,
            "",
            "  --help      this text; 'regulars COMMAND --help' explains a command",
            "  --version   the version",
            "",
            "example: regulars compare tea_shop leather_shoes --plot",
            "",
        ]
    )


def _tell(error: RegularsError) -> None:
    """Print what went wrong on standard error, one line for each mistake, free of control characters."""
    from sim.text import printable

    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    problems = error.problems if isinstance(error, BadInput) else (Problem(str(error)),)
    lines = [str(each) if each.file and each.line else f"regulars: {each}" for each in problems]
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write("".join(printable(line, encoding) + "\n" for line in lines))
        sys.stderr.flush()


@contextlib.contextmanager
def _termination() -> Iterator[None]:
    """Let a request to terminate unwind like an exception, so that no half-written file and no process is left."""

    def leave(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    try:
        before = signal.signal(signal.SIGTERM, leave)
    except ValueError:  # not in the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
