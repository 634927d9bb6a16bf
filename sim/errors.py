"""What can go wrong, told so that the reader can mend it.

    RegularsError            the machine's or the run's fault            exit code 1
    └── BadInput             the file, the option or the value is wrong  exit code 2

A programmer's mistake stays a ValueError or a TypeError and is not caught by the front ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One mistake in the input: where it stands, what was found and what would be right."""

    message: str
    """What is wrong, in one sentence without a full stop; it names the value that was found."""
    file: str = ""
    """The file as the user named it, or the option (`--set`) that held the value."""
    line: int = 0
    """1-based line; 0 where there is none."""
    column: int = 0
    """1-based column; 0 where there is none."""
    path: str = ""
    """The dotted path within a scenario, e.g. `strategies.email.every`."""
    allowed: str = ""
    """What would have been right, e.g. `a share from 0 % to 90 %`."""
    suggestion: str = ""
    """The nearest known name, where the mistake is an unknown one."""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line or "", self.column or "") if part)
        text = ": ".join(part for part in (place, self.path, self.message) if part)
        if self.allowed:
            text += f"; allowed: {self.allowed}"
        if self.suggestion:
            text += f"; did you mean '{self.suggestion}'?"
        return text


class RegularsError(Exception):
    """Any failure that is told to the user in a sentence instead of a traceback."""

    exit_code = 1


class BadInput(RegularsError):
    """One or more mistakes in what the user gave; all of them are told at once."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem] | Problem | str) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems: tuple[Problem, ...] = (
            (problems,) if isinstance(problems, Problem) else tuple(problems)
        )
        super().__init__("\n".join(str(problem) for problem in self.problems))
