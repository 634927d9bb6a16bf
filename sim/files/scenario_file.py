"""Scenario files: YAML text in, a `Scenario` out, or every mistake with its place.

A file may extend another, mapping by mapping: single values and lists replace, sections merge, `off` takes a channel
or a strategy away, `on` puts a strategy in with every knob at its default, an empty section changes nothing. What is
given with `--set` is merged last.

What a file extends must lie in its folder tree: the shipped library, or the widest of the top file's own folder, an
enclosing folder called `scenarios`, and the working directory if the file lies below it. Symbolic links are followed
before that is judged. A name that does not lie beside the file may be that of a shipped scenario.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path

from sim.errors import BadInput, Problem
from sim.files import units, yaml_nodes
from sim.files.build import MAX_TOLD, scenario_of, told
from sim.files.library import find_scenario, find_shipped, library_root, missing, shipped
from sim.files.scenario_text import differences, to_yaml
from sim.files.source import Place, decode, printable, read_file
from sim.files.yaml_nodes import Entry, Node
from sim.knobs import mappings_of
from sim.scenario import Scenario

__all__ = ["differences", "find_scenario", "library_root", "load_scenario", "load_text", "shipped", "to_yaml"]

MAX_CHAIN = 16
"""How many files may extend one another."""
SET = "--set"


def load_scenario(
    path: str | os.PathLike[str],
    sets: Sequence[str] = (),
    *,
    name_hint: str | None = None,
) -> Scenario:
    """The scenario of a file, or of a shipped scenario's name, with `path=value` overrides.

    `name_hint` is its name where it gives itself none; else that of the file. Raises BadInput with all mistakes.
    """
    return _loaded(find_scenario(path), os.fspath(path), sets, name_hint, None)


def load_text(text: str, path: str | os.PathLike[str], *, name_hint: str | None = None) -> Scenario:
    """The scenario of a text as if it stood in the file of that path, which need not be there.

    Raises BadInput with all mistakes, as `load_scenario` does.
    """
    return _loaded(Path(path), os.fspath(path), (), name_hint, text)


def _loaded(found: Path, file: str, sets: Sequence[str], name_hint: str | None, text: str | None) -> Scenario:
    label = printable(file)
    chain = _Chain(found, label, text)
    try:
        tree, problems = chain.tree()
    except BadInput as mistake:
        raise BadInput(told(list(mistake.problems))) from None
    for given_text in sets:
        try:
            given = _set(given_text)
        except BadInput as mistake:
            problems.extend(mistake.problems)
        else:
            tree = merged(tree, given)
    scenario = scenario_of(tree, problems, name=name_hint or found.stem, file=file)
    if scenario.store.dropout == "after_order":
        _check_law(scenario, tree)
    if scenario.store.base.file is not None:
        scenario = _with_base(scenario, tree, chain)
    return scenario


def _check_law(scenario: Scenario, tree: Node) -> None:
    """The other dropout law must have its parameters, or find them."""
    # Here, because it takes numpy and few files ask for it.
    from sim.law import after_order_parameters

    try:
        after_order_parameters(scenario.store)
    except BadInput as mistake:
        place = _entry(tree, "store", "dropout").place
        problems = [place.problem(problem.message, "store.after_order") for problem in mistake.problems]
        raise BadInput(problems) from None


def _with_base(scenario: Scenario, tree: Node, chain: _Chain) -> Scenario:
    """The scenario with its base file named from its own folder, wherever in the chain of files it was named.

    Raises BadInput where the name leads out of the folder tree or the file is no base.
    """
    # Here, because it takes numpy and few files ask for it.
    from sim.base import base_of

    place, name = _entry(tree, "store", "base", "file").place, scenario.store.base.file
    assert name is not None
    folder = os.path.dirname(scenario.file if place.file in (SET, chain.label) else place.file)
    real = os.path.realpath(os.path.join(folder, name))
    if not any(_within(real, root) for root in (chain.root, chain.library)):
        said = f"{units.shown(name)} leads out of the scenario's folder tree"
        raise BadInput(place.problem(said, "store.base.file", f"a file below {chain.root}"))
    named = os.path.relpath(os.path.join(folder, name), os.path.dirname(scenario.file) or os.curdir)
    base = dataclasses.replace(scenario.store.base, file=named)
    scenario = dataclasses.replace(scenario, store=dataclasses.replace(scenario.store, base=base))
    try:
        base_of(scenario)
    except BadInput as mistake:
        if all(problem.message.startswith("cannot be read") for problem in mistake.problems):
            said = f"the base {units.shown(name)} {mistake.problems[0].message}"
            raise BadInput(place.problem(said, "store.base.file")) from None
        raise
    return scenario


def _entry(tree: Node, *path: str) -> Node:
    """The node at a path that is known to be there."""
    for key in path:
        assert isinstance(tree.value, dict)
        tree = tree.value[key].node
    return tree


def merged(base: Node, over: Node) -> Node:
    """Two trees as one: mappings merge, an empty value leaves a mapping as it is, anything else replaces."""
    if not isinstance(base.value, dict):
        return over
    if over.value is None:
        return base
    if not isinstance(over.value, dict):
        return over
    entries = dict(base.value)
    for key, entry in over.value.items():
        under = entries.get(key)
        entries[key] = entry if under is None else Entry(entry.place, merged(under.node, entry.node))
    # A contradiction is told at its section: in the file rather than at an option that only passed through.
    return Node(over.place if over.place.line else base.place, entries)


def _set(text: str) -> Node:
    """The tree of one `path=value`. Raises BadInput for what is not one."""
    path, equals, value = text.partition("=")
    keys = path.strip().split(".")
    place = Place(SET)
    if not equals or len(keys) > yaml_nodes.MAX_DEPTH or not all(key.strip() == key != "" for key in keys):
        example = "path=value, e.g. strategies.email=off"
        raise BadInput(place.problem(f"{units.shown(text)} is not a path and a value", allowed=example))
    if keys == ["extends"]:
        raise BadInput(place.problem("only a file can extend another", path))
    try:
        node, problems = yaml_nodes.parse(decode(os.fsencode(value), SET), SET, placed=False)
    except BadInput as mistake:
        raise BadInput(_under(mistake.problems, path)) from None
    if problems:
        raise BadInput(_under(problems, path))
    node = node or Node(place, None)
    for key in reversed(keys):
        node = Node(place, {key: Entry(place, node)})
    return node


def _under(problems: Sequence[Problem], path: str) -> Iterator[Problem]:
    return (Place(problem.file).problem(problem.message, path, problem.allowed) for problem in problems)


class _Chain:
    """A file and all it extends, read one after the other."""

    def __init__(self, path: Path, label: str, text: str | None = None) -> None:
        self.path, self.label, self.text = path, label, text
        self.library = os.path.realpath(library_root())
        self.root = _tree_root(path, self.library)

    def tree(self) -> tuple[Node, list[Problem]]:
        """The merged tree of all files and the mistakes that did not hinder the reading.

        Raises BadInput for a file that cannot be read, a cycle, or a way out of the folder tree.
        """
        layers: list[Node] = []
        problems: list[Problem] = []
        seen: list[str] = []
        path, label = self.path, self.label
        while True:
            seen.append(os.path.realpath(path))
            node, found = _read(path, label, self.text if len(seen) == 1 else None)
            problems += found
            layers.append(node)
            extends = node.value.pop("extends", None) if isinstance(node.value, dict) else None
            if extends is None:
                break
            try:
                path, label = self.extended(path, label, extends.node, seen)
            except BadInput as mistake:
                raise BadInput([*problems, *mistake.problems]) from None
        tree = _with_silent_parts(layers.pop())
        if isinstance(tree.value, dict) and "store" not in tree.value:
            said = "a scenario that extends no other needs a store"
            problems.append(tree.place.problem(said, "store", "store: {} for the default store"))
        while layers:
            tree = merged(tree, layers.pop())
        return tree, problems

    def extended(self, path: Path, label: str, node: Node, seen: list[str]) -> tuple[Path, str]:
        """The file that `extends` names, and what to call it. Raises BadInput."""
        name = node.value

        def refusal(message: str, allowed: str = "", suggestion: str = "") -> BadInput:
            return BadInput(node.place.problem(message, "extends", allowed, suggestion))

        if not isinstance(name, str) or not name.strip() or not name.isprintable() or len(name) > 1000:
            example = "the path of a scenario, e.g. tea_shop.yaml"
            raise refusal(f"{units.shown(name)} is not the name of a file", example)
        target = os.path.join(os.path.dirname(os.path.abspath(path)), name)
        real = os.path.realpath(target)
        if not any(_within(real, root) for root in (self.root, self.library)):
            raise refusal(f"{units.shown(name)} leads out of the scenario's folder tree", f"a file below {self.root}")
        found, called = Path(target), os.path.normpath(os.path.join(os.path.dirname(label), name))
        if not os.path.exists(found):
            library = find_shipped(name)
            if library is None:
                near = missing(name, found.parent, name).suggestion
                near = os.path.relpath(near, os.path.dirname(os.path.abspath(path))) if os.path.isabs(near) else near
                raise refusal(f"there is no file {units.shown(name)}", suggestion=near)
            found, called, real = library, printable(str(library)), os.path.realpath(library)
        if real in seen:
            raise refusal(f"{units.shown(name)} extends this file in turn: the chain has no beginning")
        if len(seen) >= MAX_CHAIN:
            raise refusal("too many files extend one another", f"{MAX_CHAIN} files")
        return found, called


def _read(path: Path, label: str, text: str | None) -> tuple[Node, list[Problem]]:
    """The tree of one file, of its text if that is given, in a mapping that may be changed, and its small mistakes."""
    node, problems = _parsed(read_file(path, label) if text is None else text, label)
    if node is None:
        empty = Place(label, 1, 1).problem("the file is empty", allowed="at least the line 'store: {}'")
        raise BadInput(problems or [empty])
    return (Node(node.place, dict(node.value)) if isinstance(node.value, dict) else node), [*problems[: MAX_TOLD * 2]]


@lru_cache(maxsize=32)
def _parsed(text: str, label: str, placed: bool = True) -> tuple[Node | None, tuple[Problem, ...]]:
    """The tree of a text, remembered by the text itself: many files extend the same one, and a lab reads its own at
    every step. The tree is shared and never changed."""
    node, problems = yaml_nodes.parse(text, label, placed=placed)
    return node, tuple(problems)


def _with_silent_parts(tree: Node) -> Node:
    """The tree with the channels it is silent about, so that a file that extends it adds to them."""
    default, text = _default()
    silent = {name for name in mappings_of(Scenario) if getattr(default, name)}
    if not isinstance(tree.value, dict) or silent <= tree.value.keys():
        return tree
    spoken = _parsed(text, tree.place.file, placed=False)[0]
    assert spoken is not None
    assert isinstance(spoken.value, dict)
    return Node(tree.place, {name: spoken.value[name] for name in silent} | tree.value)


@cache
def _default() -> tuple[Scenario, str]:
    """The scenario of a file that says nothing, and the text of one that says it all."""
    return Scenario(), to_yaml(Scenario(), full=True)


def _tree_root(path: Path, library: str) -> str:
    """The folder that the files a scenario extends must not leave."""
    folder = os.path.realpath(os.path.dirname(os.path.abspath(path)))
    if _within(folder, library):
        return library
    above = [folder, *(str(parent) for parent in Path(folder).parents)]
    roots = [folder, *(parent for parent in above if os.path.basename(parent) == "scenarios")]
    try:
        here = os.path.realpath(os.getcwd())
    except OSError:
        here = folder
    if here in above and here != os.path.dirname(here):
        roots.append(here)
    return min(roots, key=len)


def _within(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)
