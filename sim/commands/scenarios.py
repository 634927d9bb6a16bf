"""`regulars scenarios [NAME]`: what comes with the program."""

from __future__ import annotations

from collections.abc import Sequence

from sim.commands import options

EXAMPLE = """examples:
  regulars scenarios
  regulars scenarios tea_shop > my_tea_shop.yaml"""


def execute(words: Sequence[str]) -> int:
    """Print the list, or the text of one scenario; returns the exit code."""
    parser = options.Parser("scenarios", "List the scenarios that come with the program, or print the file of one.", EXAMPLE)
    parser.add_argument("name", metavar="NAME", nargs="?", help="print this scenario's file")
    options.add_format(parser)
    found = parser.read(words)

    from sim.commands.listing import known, listed
    from sim.files.scenario_file import shipped
    from sim.files.writing import emit

    files = {each.name: each for each in shipped()}
    if found.name is None:
        emit(listed([{"name": each.name, "question": each.question} for each in files.values()], found.format))
        return 0
    name = known(found.name.removesuffix(".yaml"), files, "scenario", "scenarios")
    emit(files[name].path.read_text(encoding="utf-8"))
    return 0
