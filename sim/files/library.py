"""The scenarios that come with the program, and how a name on the command line becomes a file."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NamedTuple

from sim.errors import BadInput, Problem
from sim.files.source import printable
from sim.nearest import nearest

SUFFIXES = (".yaml", ".yml")


class Shipped(NamedTuple):
    """A scenario that comes with the program."""

    name: str
    """What to call it on the command line: its path in the library without the suffix, e.g. `tea_shop`."""
    question: str
    """The first comment line of the file."""
    path: Path


def library_root() -> Path:
    """The folder of the shipped scenarios: `sim/library` of an installed wheel, else `scenarios/` of the clone."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "library"
    return installed if installed.is_dir() else package.parent / "scenarios"


def shipped() -> list[Shipped]:
    """Every shipped scenario: the stores at the top of the library first, then the folders, each by name."""
    root = library_root()
    return [Shipped(name, _question(path), path) for name in _names(root) for path in (root / f"{name}.yaml",)]


def _names(root: Path) -> list[str]:
    """The scenarios' names: a look at the folders alone, because opening all files takes ten times as long."""
    names = []
    for folder, _, files in os.walk(root):
        inner = os.path.relpath(folder, root).replace(os.sep, "/") + "/"
        names += [inner.removeprefix("./") + file.removesuffix(".yaml") for file in files if file.endswith(".yaml")]
    return sorted(names, key=lambda name: (name.count("/"), name))


def _question(path: Path) -> str:
    with open(path, encoding="utf-8") as lines:
        return next((line.lstrip("#").strip() for line in lines if line.startswith("#")), "")


def find_scenario(name: str | os.PathLike[str]) -> Path:
    """The file that a name stands for: the path as given, or a shipped scenario with or without `.yaml`.

    Raises BadInput, with the nearest name, where there is neither.
    """
    text, path = os.fspath(name), Path(name)
    try:
        there = not stat.S_ISDIR(os.stat(text).st_mode)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        there = False
    except OSError:
        return path  # the reading says what is wrong with it
    if there:
        return path
    if found := find_shipped(text):
        return found
    if path.is_dir() and text:
        return path
    raise BadInput(missing(text, path.parent, text))


def find_shipped(name: str) -> Path | None:
    """The shipped scenario of that name, by its path in the library or by its bare name where only one has it."""
    if not name or "\0" in name or Path(name).is_absolute() or ".." in Path(name).parts:
        return None
    root = library_root()
    bare = Path(name).with_suffix("") if Path(name).suffix in SUFFIXES else Path(name)
    if os.path.isfile(found := root / bare.parent / f"{bare.name}.yaml"):
        return found
    same = [known for known in _names(root) if known.rpartition("/")[2] == bare.as_posix()]
    return root / f"{same[0]}.yaml" if len(same) == 1 else None


def missing(name: str, folder: Path, file: str) -> Problem:
    """The problem of a scenario that is not there, with the nearest one in its folder or in the library."""
    try:
        beside = {path.name: str(path) for path in folder.iterdir() if path.suffix in SUFFIXES}
    except (OSError, ValueError):
        beside = {}
    # Without their suffixes, in which all names are alike; a file of the user's own goes before a shipped one.
    known = {name: name for name in _names(library_root())} | {Path(one).stem: path for one, path in beside.items()}
    wanted = Path(name).with_suffix("") if Path(name).suffix in SUFFIXES else Path(name)
    near = known.get(nearest(wanted.name, known) or nearest(wanted.as_posix(), known), "")
    return Problem("there is no such scenario", printable(file) or "''", suggestion=near)
