"""The command that gives a comparison again: what a screen shows, as words for a shell."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from sim.errors import BadInput, Problem
from sim.files.edits import edits, whole
from sim.files.scenario_file import load_scenario
from sim.files.scenario_text import written
from sim.files.yaml_edit import flow
from sim.scenario import Scenario
from sim.text import tag


def command_line(
    scenarios: Sequence[Scenario], seed: int = 1, *, replications: int | None = None, customers: float | None = None,
    form: str = "", program: str = "regulars",
) -> str:  # fmt: skip
    """The command that prints the figures of the scenarios, the first being the baseline; quoted for a POSIX shell.

    What differs from a scenario's file is given with `--set`, so that nothing needs to be saved before. Raises
    BadInput for a scenario without a file, and where a file cannot be read.
    """
    words = [program, "run" if len(scenarios) == 1 else "compare", *(_file(each) for each in scenarios)]
    for place, each in enumerate(scenarios):
        letter = "" if len(scenarios) == 1 else f"{tag(place)}:"
        words += [word for text in overrides(each) for word in ("--set", f"{letter}{text}")]
    words += ["--seed", str(seed)] if seed != 1 else []
    words += ["--replications", str(replications)] if replications is not None else []
    words += ["--customers", f"{customers:.17g}"] if customers is not None else []
    words += ["--format", form] if form else []
    return shlex.join(words)


def overrides(scenario: Scenario) -> Iterator[str]:
    """`path=value` for all that differs from the scenario's file as it is now."""
    for each in edits(load_scenario(scenario.file), scenario):
        path = ".".join(each.path)
        if each.knob is not None:
            yield f"{path}={written(each.knob, each.value)}"
        elif each.removal:
            yield f"{path}=off"
        else:
            yield f"{path}={flow(whole(each.value) or 'on') if each.path[0] == 'strategies' else flow(whole(each.value))}"


def _file(scenario: Scenario) -> str:
    """The scenario's file, such that it is not taken for an option."""
    if not scenario.file:
        said = f"'{scenario.name}' has no file yet: save it first"
        raise BadInput(Problem(said))
    return f"./{scenario.file}" if scenario.file.startswith("-") else scenario.file
