"""Settings of the lab: how it looks, which keys it listens to and how much it works, in a file of the user's.

Figures do not depend on them: what is simulated is in the scenario files and on the command line.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sim.errors import Problem
from sim.files import units
from sim.files.build import section_of
from sim.files.source import Place, read_file
from sim.files.yaml_nodes import Node, parse
from sim.knobs import knob, knobs_of
from sim.nearest import nearest

APP, FILE = "regulars", "settings.yaml"
_KEY = re.compile(r"(?:(?:ctrl|shift|alt|super|meta|hyper)\+)*(?:[a-z][a-z0-9_]*|[A-Z0-9])")
_NAMES = {
    "solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus",
    "plus_sign": "plus", "low_line": "underscore",
}  # fmt: skip
"""Signs whose keys have other names than Unicode gives them."""


@dataclass(frozen=True)
class Settings:
    """What a user may set once for every session."""

    theme: str = knob("", "text", "Theme", "The colours of the lab; the palette lists all themes. Not set: Textual's own.")
    colours: str = knob(
        "auto", "choice", "Colours", "auto: what the terminal says it can; else what you know it can.",
        choices=("auto", "truecolor", "256", "none"),
    )  # fmt: skip
    ascii: bool = knob(False, "flag", "ASCII", "Draw with ASCII alone, for terminals without braille and blocks.")
    workers: int | None = knob(None, "integer", "Workers", "Processes at work; not set: all cores.", low=1, high=1024)
    replications: int | None = knob(
        None, "integer", "Replications", "How many stores a scenario is refined to; not set: enough for a second.",
        low=2, high=10_000,
    )  # fmt: skip
    editor: str = knob("", "text", "Editor", "What opens a file for editing; not set: $VISUAL, else $EDITOR, else vi.")
    keymap: Mapping[str, str] = field(
        default_factory=dict,
        metadata={"texts": True, "help": "Other keys for what the lab does: its name, then the keys."},
    )
    """Textual's names of the keys, with commas between, by what they do."""
    file: str = ""
    """The file they were read from; empty where there is none."""


def settings_file(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Where the settings are looked for: XDG_CONFIG_HOME where it is set, else where the platform keeps such files."""
    if (folder := environ.get("XDG_CONFIG_HOME", "")) and os.path.isabs(folder):
        return Path(folder) / APP / FILE
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or os.path.expanduser("~"))
    if platform == "win32":
        roaming = environ.get("APPDATA", "")
        return (Path(roaming) if roaming else home / "AppData" / "Roaming") / APP / FILE
    return (home / "Library" / "Application Support" if platform == "darwin" else home / ".config") / APP / FILE


def load_settings(
    path: Path | None = None, *, actions: Iterable[str] = (), themes: Iterable[str] = ()
) -> Settings:
    """The settings of a file; the defaults where there is no such file.

    `actions` and `themes` are the names that are known, where the caller knows them. Raises BadInput with every
    mistake and its place.
    """
    path = path or settings_file()
    if not path.exists():
        return Settings()
    label = str(path)
    tree, problems = parse(read_file(path, label), label)
    tree = tree or Node(Place(label, 1, 1), {})
    problems += _unknown(tree, tuple(actions), tuple(themes))
    found: Settings = section_of(Settings, tree, problems)
    keymap = {name: ",".join(_keys(text)) for name, text in found.keymap.items()}
    return Settings(**{**vars(found), "keymap": keymap, "file": label})


def _unknown(tree: Node, actions: tuple[str, ...], themes: tuple[str, ...]) -> Iterator[Problem]:
    """What is no name of a key, and what no action or theme is called."""
    entries = tree.value if isinstance(tree.value, dict) else {}
    theme = entries.get("theme")
    if theme is not None and themes and theme.node.text not in ("", *themes):
        near = nearest(theme.node.text, themes)
        said = f"there is no theme {units.shown(theme.node.text)}"
        yield theme.node.place.problem(said, "theme", "" if near else ", ".join(themes), near)
    keymap = entries.get("keymap")
    if keymap is None or not isinstance(keymap.node.value, dict):
        return
    for name, (place, node) in keymap.node.value.items():
        path = f"keymap.{units.shown(name).strip(chr(39))}"
        if actions and name not in actions:
            near = nearest(name, actions)
            yield place.problem("nothing is called so", path, "" if near else "the names that the starter file lists", near)
        for item in node.value if isinstance(node.value, tuple) else (node,):
            for key in _keys(item.text):
                if not _KEY.fullmatch(key):
                    said = f"{units.shown(key)} is no name of a key"
                    yield item.place.problem(said, path, "names such as f5, ctrl+r, shift+left, G or ?, with commas between")


def _keys(text: str) -> list[str]:
    """The names of the keys in a text; a sign is named."""
    return [_named(key) for key in (part.strip() for part in text.split(",")) if key]


def _named(key: str) -> str:
    """A key's name; a sign stands for its own."""
    *before, last = key.rsplit("+", 1) if len(key) > 1 else [key]
    if len(last) == 1 and not last.isalnum() and last.isprintable():
        name = unicodedata.name(last, last).lower().replace("-", "_").replace(" ", "_")
        last = _NAMES.get(name, name)
    return "+".join([*before, last])


def starter(actions: Mapping[str, tuple[str, str]] | None = None) -> str:
    """A commented file to begin with, in which nothing is set; `actions` are the keys and a sentence by name."""
    lines = ["# Settings of regulars: take the '# ' away from what you want to set.", "# Figures do not depend on them.", ""]
    for each in knobs_of(Settings).values():
        value = units.text(each, each.default) if each.default not in ("", None) else _example(each.name)
        lines += [f"# {each.help}", f"# {each.name}: {value}", ""]
    lines += [f"# {Settings.__dataclass_fields__['keymap'].metadata['help']}", "# keymap:"]
    shown = actions or {"knob.more": ("right", ""), "app.quit": ("ctrl+q", "")}
    size = max(len(f"{name}: {keys}") for name, (keys, _) in shown.items()) + 2
    lines += [f"#   {f'{name}: {keys}':<{size}}{f'# {told}' if told else ''}".rstrip() for name, (keys, told) in shown.items()]
    return "\n".join(lines) + "\n"


def _example(name: str) -> str:
    return {"theme": "nord", "workers": "2", "replications": "40", "editor": "nano"}[name]
