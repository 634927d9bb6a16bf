"""`regulars new [FILE]`: a commented scenario to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.commands import options

EXAMPLE = """examples:
  regulars new my_store.yaml
  regulars new my_store.yaml --strategy discount_cycle --strategy email"""


def execute(words: Sequence[str]) -> int:
    """Write the file, or print it; returns the exit code."""
    parser = options.Parser("new", "Write a commented scenario to begin with.", EXAMPLE)
    parser.add_argument("file", metavar="FILE", nargs="?", help="the file to write; without it the text is printed")
    parser.add_argument(
        "--strategy",
        action="append",
        default=[],
        metavar="NAME",
        help="show this strategy, commented out; may be repeated",
    )
    parser.add_argument("--force", action="store_true", help="overwrite a file that is there already")
    options.add_quiet(parser)
    found = parser.read(words)

    from sim.commands.listing import known
    from sim.commands.simulation import say
    from sim.files.starter import starter_text
    from sim.files.writing import emit, write_file
    from sim.strategies import catalogue

    for name in found.strategy:
        known(name, catalogue(), "strategy", "strategies")
    if found.file in (None, "-"):
        emit(starter_text(strategies=found.strategy))
        return 0
    name = Path(found.file).stem.replace("_", " ").strip() or "My store"
    text = starter_text(name, found.strategy)
    write_file(found.file, [text], option="new", replace=found.force)
    say(f"wrote {found.file}; next: regulars run {found.file}", found)
    return 0
