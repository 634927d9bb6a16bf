"""Settings: found where the platform has them, read with every mistake's place, and never needed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.cli import main
from sim.errors import BadInput
from sim.knobs import knobs_of
from sim.settings import Settings, load_settings, settings_file, starter


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for settings; returns where the file would be."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path / "regulars" / "settings.yaml"


def written(path: Path, text: str) -> Path:
    """The file with a text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("environ", "platform", "place"),
    [
        ({"XDG_CONFIG_HOME": "/x", "HOME": "/h"}, "linux", "/x/regulars/settings.yaml"),
        ({"XDG_CONFIG_HOME": "not/absolute", "HOME": "/h"}, "linux", "/h/.config/regulars/settings.yaml"),
        ({"HOME": "/h"}, "linux", "/h/.config/regulars/settings.yaml"),
        ({"HOME": "/h"}, "darwin", "/h/Library/Application Support/regulars/settings.yaml"),
        ({"USERPROFILE": "/u", "APPDATA": "/u/Roaming"}, "win32", "/u/Roaming/regulars/settings.yaml"),
        ({"USERPROFILE": "/u"}, "win32", "/u/AppData/Roaming/regulars/settings.yaml"),
    ],
)
def test_the_file_is_where_the_platform_keeps_such(environ: dict[str, str], platform: str, place: str) -> None:
    """XDG's folder where it is set, and absolute; else the platform's own."""
    assert settings_file(environ, platform).as_posix() == place


def test_without_a_file_all_is_at_its_default(home: Path) -> None:
    """No file, an empty one and one of comments are the same."""
    assert load_settings() == Settings()
    for text in ("", "# nothing\n", starter()):
        found = load_settings(written(home, text))
        assert found == Settings(file=str(home))


def test_settings_are_read(home: Path) -> None:
    """Values by their kinds; keys as texts or lists, signs by their names, numbers as they stand."""
    text = "theme: nord\ncolours: 256\nascii: true\nworkers: 3\nreplications: 40\neditor: code --wait\n"
    text += "keymap:\n  knob.more: right, l\n  app.help: ['?', f1]\n  view.log: 1\n  app.quit: 'ctrl+q,/'\n"
    found = load_settings(written(home, text), actions=["knob.more", "app.help", "view.log", "app.quit"], themes=["nord"])
    assert (found.theme, found.colours, found.ascii, found.workers, found.replications) == ("nord", "256", True, 3, 40)
    assert found.editor == "code --wait"
    assert found.keymap == {
        "knob.more": "right,l", "app.help": "question_mark,f1", "view.log": "1", "app.quit": "ctrl+q,slash",
    }  # fmt: skip
    assert found.file == str(home)


def test_every_mistake_is_told_with_its_place(home: Path) -> None:
    """Unknown settings, values, actions, keys and themes at once, each with the nearest name or what is allowed."""
    text = "theem: nord\ntheme: nrd\nworkers: 0\nascii: yes\nkeymap:\n  knob.mor: right\n  app.quit: ctrl + q\n"
    with pytest.raises(BadInput) as caught:
        load_settings(written(home, text), actions=["knob.more", "app.quit"], themes=["nord", "gruvbox"])
    told = str(caught.value).replace(str(home), "F").splitlines()
    assert [line.split(": ")[0] for line in told] == ["F:1:1", "F:2:8", "F:3:10", "F:4:8", "F:6:3", "F:7:13"]
    for line, part in zip(
        told,
        ["did you mean 'theme'", "did you mean 'nord'", "from 1 to 1024", "did you mean 'true'", "did you mean 'knob.more'",
         "'ctrl + q' is no name of a key"], strict=True,
    ):  # fmt: skip
        assert part in line


@pytest.mark.parametrize(
    "text", ["- a\n", "keymap: 3\n", "keymap: {a: {b: c}}\n", "theme: [a]\n", "a: 'x\n", "!!python/x: 1\n", "keymap: {a: }\n"]
)
def test_what_is_no_settings_file_is_bad_input(home: Path, text: str) -> None:
    """Lists, nested sections, bad YAML and tags: told with the file's name, never a traceback."""
    with pytest.raises(BadInput) as caught:
        load_settings(written(home, text))
    assert str(home) in str(caught.value)


def test_the_starter_with_its_comment_signs_taken_away_is_valid(home: Path) -> None:
    """Every line that can be set is right as it stands."""
    text = starter({"knob.more": ("right", "turn the knob up"), "app.quit": ("ctrl+q", "leave")})
    names = [*knobs_of(Settings), "keymap", "knob.more", "app.quit"]
    settable = [line[2:] for line in text.splitlines() if line[2:].strip().partition(":")[0] in names]
    assert len(settable) == len(names)
    found = load_settings(written(home, "\n".join(settable)))
    assert found.theme == "nord"
    assert found.keymap == {"knob.more": "right", "app.quit": "ctrl+q"}


def test_the_command_tells_where_and_what(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The path alone; the values as data with the path beside; a starter written once and overwritten by force alone."""
    assert main(["settings", "--path"]) == 0
    assert capsys.readouterr().out == f"{home}\n"
    assert main(["settings", "--format", "json"]) == 0
    captured = capsys.readouterr()
    assert {row["setting"]: row["value"] for row in json.loads(captured.out)}["workers"] == "not set"
    assert "is not there yet" in captured.err
    assert main(["settings", "--write"]) == 0
    assert home.read_text() == starter()
    assert main(["settings", "--write"]) == 2
    assert "is there already" in capsys.readouterr().err
    written(home, "keymap: {app.quit: f10}\n")
    assert main(["settings"]) == 0
    assert "keymap.app.quit" in capsys.readouterr().out
    assert main(["settings", "--write", "--force", "-q"]) == 0
    assert home.read_text() == starter()
    written(home, "wrokers: 2\n")
    assert main(["settings"]) == 2
    assert f"{home}:1:1: wrokers: there is no such key; did you mean 'workers'?" in capsys.readouterr().err
