"""`regulars settings`: where the lab's settings are, what they say, and a commented file to begin with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sim.commands import options

if TYPE_CHECKING:
    from sim.settings import Settings

EXAMPLE = """examples:
  regulars settings
  regulars settings --write
  regulars settings --path"""


def execute(words: Sequence[str]) -> int:
    """Print the settings, only their file's path, or write the file; returns the exit code."""
    parser = options.Parser(
        "settings",
        "The settings of the lab: theme, keys, workers, colours. Prints the file they are in and what it says; a mistake\n"
        "in it is told with its place.",
        EXAMPLE,
    )
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--path", action="store_true", help="print where the file is, or would be, and nothing else")
    ways.add_argument("--write", action="store_true", help="write a commented file to begin with, in which nothing is set")
    parser.add_argument("--force", action="store_true", help="with --write: overwrite a file that is there already")
    options.add_format(parser)
    options.add_quiet(parser)
    found = parser.read(words)

    from sim.commands.listing import listed
    from sim.commands.simulation import say
    from sim.files.writing import emit
    from sim.settings import load_settings, settings_file
    from sim.text import printable

    path = settings_file()
    if found.path:
        emit(f"{printable(str(path))}\n")
        return 0
    if found.write:
        _write(force=found.force)
        say(f"wrote {path}", found)
        return 0
    settings = load_settings(path)
    say(f"{path}" if settings.file else f"{path} is not there yet: --write makes it", found)
    emit(listed(list(_rows(settings)), found.format))
    return 0


def _write(*, force: bool) -> None:
    """Write the starter file, with its folder. Raises BadInput where there is one, RegularsError where that fails."""
    from sim.errors import RegularsError
    from sim.files.writing import why, write_file
    from sim.settings import settings_file, starter

    path = settings_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RegularsError(f"cannot make '{path.parent}': {why(error)}") from error
    write_file(path, [starter()], option="--write", replace=force)


def _rows(settings: Settings) -> Iterator[dict[str, str]]:
    from sim.files import units
    from sim.knobs import knobs_of

    for knob in knobs_of(settings).values():
        value = getattr(settings, knob.attribute)
        shown = "not set" if value in (None, "") else units.text(knob, value)
        yield {"setting": knob.name, "value": shown, "what it is": knob.help}
    for name, keys in settings.keymap.items():
        yield {"setting": f"keymap.{name}", "value": keys, "what it is": "Keys of this action."}
