"""Opening the lab: its options, whether this terminal can show it, the scenarios it begins with, and its end."""

from __future__ import annotations

import gc
import os
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from sim.commands import options
from sim.errors import BadInput, Problem

if TYPE_CHECKING:
    from sim.settings import Settings

BEGIN = ("typical_online_store", "typical_quarterly_sale")
"""What is opened where no scenario is named."""
EXAMPLE = """examples:
  regulars
  regulars lab tea_shop my_shop.yaml
  regulars lab tea_shop --set strategies.email=on --seed 7"""


def launch(words: Sequence[str]) -> int:
    """Run the lab with these words; returns the exit code. Raises BadInput before the screen is touched."""
    found = parsed(words)
    check_terminal()
    gc.disable()  # what is loaded stays; the app collects again from its first picture on
    settings = settled()
    scenarios, notes = loaded(found)

    from multiprocessing import resource_tracker

    from sim.workforce import available_cores
    from tui.crew import Crew

    # Once the screen has taken standard error no process could start it (Textual issue 3593).
    resource_tracker.ensure_running()
    crew = Crew(found.workers or settings.workers or available_cores())
    crew.prepare()  # while this process loads the screen

    try:
        check_names(settings)
        from tui.app import Lab

        lab = Lab(
            scenarios, seed=found.seed, replications=found.replications or settings.replications, workers=crew.size,
            ascii_only=found.ascii or settings.ascii, notes=notes, hands=lambda size: crew, settings=settings,
        )  # fmt: skip
        lab.run()
    finally:
        gc.enable()
        crew.end()
    if lab.return_value:
        sys.stderr.write(str(lab.return_value) + "\n")
    return lab.return_code or 0


def settled() -> Settings:
    """The user's settings, with the colours they know of handed on to Textual. Raises BadInput with every mistake."""
    from sim.settings import load_settings

    settings = load_settings()
    if settings.colours == "none":
        os.environ["NO_COLOR"] = "1"
    elif settings.colours != "auto":
        os.environ["TEXTUAL_COLOR_SYSTEM"] = settings.colours  # read once, when Textual is imported
    return settings


def check_names(settings: Settings) -> None:
    """Raise BadInput where the settings name a theme or an action that is not there; it takes Textual to know."""
    if not settings.file or not (settings.theme or settings.keymap):
        return
    from textual.theme import BUILTIN_THEMES

    from sim.settings import load_settings
    from tui import keys

    load_settings(Path(settings.file), actions=keys.ids(), themes=BUILTIN_THEMES)


def parsed(words: Sequence[str]) -> Namespace:
    """The options. Raises BadInput for what is not known."""
    parser = options.Parser(
        "lab",
        "Open the lab: turn a knob, and see at once what becomes of retention, CLV and CAC. With no scenario it begins\n"
        "with a typical store without and with a quarterly sale.",
        EXAMPLE,
    )
    parser.add_argument("files", metavar="SCENARIO", nargs="*", help="one to six scenario files or names of shipped scenarios")
    options.add_store(parser)
    parser.add_argument("--ascii", action="store_true", help="draw with ASCII alone")
    found = parser.read(words)
    if len(found.files) > 6:
        parser.error(f"it takes up to 6 scenarios, not {len(found.files)}")
    return found


def loaded(found: Namespace) -> tuple[list, list[str]]:  # type: ignore[type-arg]
    """The scenarios, and what the reader should know of them. Raises BadInput with the mistakes of all files."""
    from sim.commands.simulation import load

    return load(found.files or BEGIN, found)


def check_terminal(
    streams: Mapping[str, TextIO | None] | None = None, environ: Mapping[str, str] = os.environ
) -> None:
    """Raise BadInput where the lab cannot be shown, with what could be done instead."""
    streams = streams or {
        "standard input": sys.__stdin__, "standard output": sys.__stdout__, "standard error": sys.__stderr__,
    }  # fmt: skip
    elsewhere = [name for name, stream in streams.items() if not _is_terminal(stream)]
    instead = "'regulars --help' lists the commands that print"
    if elsewhere:
        raise BadInput(Problem(f"the lab needs a terminal, but {_listed(elsewhere)} not one; {instead}"))
    if sys.platform != "win32" and environ.get("TERM", "") in ("", "dumb", "unknown"):
        name = environ.get("TERM", "") or "not set"
        raise BadInput(Problem(f"the lab needs a terminal that can place its cursor, but TERM is {name}; {instead}"))


def _listed(names: Sequence[str]) -> str:
    return " and ".join(names) + (" is" if len(names) == 1 else " are")


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False
