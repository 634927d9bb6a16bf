"""Saving a scenario that was edited: its file keeps every line that was not, or a new file extends it."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sim.errors import BadInput, Problem, RegularsError
from sim.files.edits import Edit, edits, in_style, whole
from sim.files.library import find_scenario, library_root
from sim.files.scenario_file import load_scenario, load_text
from sim.files.scenario_text import differences, to_yaml, written
from sim.files.source import printable, read_file
from sim.files.writing import check_file, write_file
from sim.files.yaml_edit import BOM, Value, has, section, value_text, with_value, without
from sim.knobs import knobs_of, mappings_of, sections_of
from sim.scenario import Scenario

SETTINGS = ("on", "off", "true", "false")
"""What may stand for a strategy instead of its knobs."""


def save(file: str, before: Scenario, after: Scenario) -> Scenario:
    """Write an edited scenario into the file it came from; returns it as that now has it.

    `before` is what the file held when it was read. Raises BadInput where the file has become another scenario since,
    is broken or comes with the program, RegularsError where it cannot be written; the file is then as it was.
    """
    path = writable(file)
    there = load_scenario(file)
    if changed := differences(dataclasses.replace(before, name=there.name), there):
        paths = ", ".join(row[0] for row in changed[:3]) + (" ..." if len(changed) > 3 else "")
        raise BadInput(Problem(f"has changed since it was read ({paths}): reload it, or save under another name", file=file))
    text = edited(original_text(path, file), path, there, _renamed(there, before, after))
    write_file(path, [text])
    return load_scenario(file)


def writable(file: str) -> Path:
    """The path of a file that may be saved to. Raises BadInput for a shipped scenario that was opened by its name."""
    path = find_scenario(file)
    if not os.path.exists(file) and _in_library(path):
        raise BadInput(Problem("comes with the program and stays as it is: save it under another name", file=file))
    return path


def save_as(target: str, after: Scenario, *, original: str = "", extend: bool = True, replace: bool = False) -> Scenario:
    """Write a scenario into a new file; returns it as that has it.

    With `extend` the new file extends the original and holds only what differs. Without, or where the target cannot
    reach the original, it stands alone: the original's text with the edits in it, or where that extends a third file,
    all that differs from the defaults. Raises BadInput where there is a file of that name already and `replace` is
    off, or where the name cannot be a file's; RegularsError where writing fails.
    """
    check_file(target)
    if not replace and os.path.exists(target):
        raise BadInput(Problem("is there already", file=target))
    path = Path(target)
    text = next(filter(None, _texts(path, after, original, extend)))
    write_file(path, [text], replace=replace)
    return load_scenario(target)


def _texts(path: Path, after: Scenario, original: str, extend: bool) -> Iterator[str]:
    """Texts for a new file, the best first; an empty one where a way does not lead there."""
    if original:
        source = find_scenario(original)
        there = load_scenario(original)
        if extend and os.path.realpath(source) != os.path.realpath(path):
            yield _extending(path, source, there, after)
        text = original_text(source, original)
        if not has(text, ["extends"]):
            yield edited(text, path, load_text(text.removeprefix(BOM), path, name_hint=there.name), after)
    yield to_yaml(after)


def edited(text: str, path: Path, before: Scenario, after: Scenario) -> str:
    """The text of the file at `path`, which is `before`, as it must be for `after`; untouched lines stay as they are.

    Raises RegularsError where the text cannot be made to say it (which no text that we know of does).
    """
    changes = list(edits(before, after))
    for full in (False, True):
        new = text
        for each in _spelt(changes, before, after, full):
            new = _applied(new, each, after)
        if _says(new, path, after):
            return new
    raise RegularsError(f"the changes cannot be written into '{printable(str(path))}': save under another name")


def original_text(path: Path, file: str) -> str:
    """The text of a file as it is, a byte order mark included. Raises BadInput as reading does."""
    text = read_file(path, printable(file))
    with open(path, "rb") as stream:
        marked = stream.read(3) == b"\xef\xbb\xbf"
    return BOM * marked + text


def _says(text: str, path: Path, wanted: Scenario) -> bool:
    try:
        found = load_text(text.removeprefix(BOM), path, name_hint=wanted.name)
    except BadInput:
        return False
    return dataclasses.replace(found, file="") == dataclasses.replace(wanted, file="")


def _spelt(changes: Iterable[Edit], before: Scenario, after: Scenario, full: bool) -> Iterator[Edit]:
    """The edits; with `full` every knob of each strategy and channel that is touched, for what a file inherits."""
    if not full:
        yield from changes
        return
    touched = dict.fromkeys(each.path[:2] for each in changes if each.path[0] in ("strategies", "channels"))
    yield from (each for each in changes if each.path[:2] not in touched or each.removal)
    for group, name in touched:
        if (made := getattr(after, group).get(name)) is not None:
            yield Edit((group, name), made)
            yield from _every(made, (group, name))


def _every(made: Any, path: tuple[str, ...]) -> Iterator[Edit]:
    """Every knob of a section as an edit."""
    knobs = knobs_of(made)
    for name, knob in knobs.items():
        yield Edit((*path, name), getattr(made, knob.attribute), knob, tuple(knobs))


def _applied(text: str, edit: Edit, after: Scenario) -> str:
    """The text with one edit made."""
    if edit.removal:
        if has(text, ["extends"]):
            return with_value(text, edit.path, "off")
        return without(text, edit.path)
    if edit.knob is not None:
        return with_value(text, edit.path, in_style(edit.knob, edit.value, value_text(text, edit.path)), edit.order)
    group = edit.path[0]
    if group == "channels" and not has(text, ["extends"]) and not has(text, ["channels"]):
        # Silent on channels, the file has those of a store that names none; naming one it names them all.
        channels: dict[str, Value] = {name: whole(channel) or "{}" for name, channel in after.channels.items()}
        return with_value(text, ["channels"], channels, tuple(_order(after)))
    old = value_text(text, edit.path)
    if has(text, edit.path) and (old is None or old.strip("'\"") not in SETTINGS):
        return text  # a section already: its knobs follow
    value: Value = whole(edit.value) or ("on" if group == "strategies" else "{}")
    return with_value(text, edit.path, value, tuple(_order(after)))


def _order(after: Scenario) -> Iterator[str]:
    yield from (*knobs_of(after), *sections_of(after), *mappings_of(after))


def _extending(path: Path, source: Path, there: Scenario, after: Scenario) -> str:
    """The text of a file that extends another and holds only what differs; empty where it cannot reach it."""
    try:
        way = os.path.relpath(os.path.realpath(source), os.path.realpath(path.absolute().parent))
    except ValueError:  # another drive
        return ""
    name = source.relative_to(library_root()).as_posix() if _in_library(source) else Path(way).as_posix()
    head = f"# {printable(after.name)}: {printable(there.name)} with changes.\n"
    for full in (False, True):
        tree: dict[str, Value] = {"name": _text(after.name), "extends": _text(name)}
        for each in _spelt(edits(there, after), there, after, full):
            if each.path != ("name",):
                _plant(tree, each)
        text = head + section(tree, 0, "\n").removeprefix("\n") + "\n"
        if _says(text, path, after):
            return text
    return ""


def _plant(tree: dict[str, Value], edit: Edit) -> None:
    """Put an edit into the tree of values."""
    *above, key = edit.path
    for name in above:
        inner = tree.get(name)
        tree[name] = tree = inner if isinstance(inner, dict) else {}
    if edit.knob is not None:
        tree[key] = written(edit.knob, edit.value)
    elif edit.removal:
        tree[key] = "off"
    else:
        tree[key] = whole(edit.value) or ("on" if edit.path[0] == "strategies" else "{}")


def _text(text: str) -> str:
    """A text as YAML, quoted where it must be."""
    return written(knobs_of(Scenario)["name"], text)


def _renamed(there: Scenario, before: Scenario, after: Scenario) -> Scenario:
    """The edited scenario under the file's name, unless it was given another: a name may only have been numbered."""
    return dataclasses.replace(after, name=there.name) if after.name == before.name else after


def _in_library(path: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(library_root()))
