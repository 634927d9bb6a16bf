"""`regulars validate FILE...`: check scenario files and tell all mistakes."""

from __future__ import annotations

from collections.abc import Sequence

from sim.commands import options

EXAMPLE = """example:
  regulars validate scenarios/*.yaml"""


def execute(words: Sequence[str]) -> int:
    """Check every file; returns the exit code."""
    parser = options.Parser("validate", "Check scenario files and tell all mistakes, each with its place.", EXAMPLE)
    parser.add_argument("files", metavar="FILE", nargs="+", help="a scenario file, or the name of a shipped scenario")
    options.add_quiet(parser)
    found = parser.read(words)

    from sim.commands.simulation import say
    from sim.errors import BadInput, Problem
    from sim.files.scenario_file import load_scenario
    from sim.files.writing import emit
    from sim.idle import idle
    from sim.text import printable

    problems: list[Problem] = []
    for file in found.files:
        try:
            scenario = load_scenario(file)
        except BadInput as mistake:
            problems += mistake.problems
            continue
        if not found.quiet:
            emit(f"{printable(file)}: valid\n")
            for text in idle(scenario):
                say(f"{file}: {text}", found)
    if problems:
        raise BadInput(dict.fromkeys(problems))
    return 0
