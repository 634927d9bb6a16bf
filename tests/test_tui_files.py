"""Files in the lab: opening, saving, watching and exporting, and nothing lost when something goes wrong."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shlex
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from lab_at_hand import lab, lines, played, text, until
from textual.pilot import Pilot

from sim.cli import main
from sim.files.scenario_file import load_scenario
from sim.settings import Settings
from tui.app import Lab
from tui.desk import editor
from tui.keys import ids
from tui.screens.ask import Ask, Choose, Confirm
from tui.screens.tell import Tell
from tui.screens.yaml import Text, YamlScreen

SHOP = """\
# A small shop.
name: Shop # by name
months: 18
store: {}
channels:
  organic: {paid: false, customers: 12} # a few
strategies:
  # every now and then
  email: {every: 14 d}
"""
Play = Callable[[Pilot[str]], Awaitable[Any]]
EVERY = "strategies.email.every"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a shop in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.yaml").write_text(SHOP)
    return tmp_path


class Idle:
    """Hands that never finish anything: files do not wait for figures."""

    size, replaced = 1, 0

    async def urgent(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """Never."""
        await asyncio.Event().wait()

    patient = urgent


def play(steps: Play, *files: str, size: tuple[int, int] = (80, 24), ready: bool = False, **options: Any) -> Lab:
    """An app of these files, in which the steps have been played; nothing is simulated unless it is to be `ready`."""
    if not ready:
        options["hands"] = lambda size: Idle()
    app = lab([load_scenario(file) for file in files or ("shop.yaml",)], **options)

    async def whole(pilot: Pilot[str]) -> None:
        app.filing.of(app.workspace.focused)
        await steps(pilot)

    played(app, whole, size, ready)
    return app


async def typed(pilot: Pilot[str], words: str) -> None:
    """Type into the question that is open, and answer it."""
    await pilot.pause()
    question = pilot.app.screen
    assert isinstance(question, Ask | Choose), question
    question.query_one("#line").value = words  # type: ignore[attr-defined]
    await pilot.pause()
    await pilot.press("enter")
    await pilot.pause()


def test_saving_changes_one_line(folder: Path) -> None:
    """ctrl+s writes the edit where it belongs, keeps comments, and takes the star away."""

    async def steps(pilot: Pilot[str]) -> None:
        app = pilot.app
        assert isinstance(app, Lab)
        app.edit(EVERY, 21.0)
        await pilot.pause()
        assert "Shop*" in lines(app)[0]
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "Shop*" not in lines(app)[0]
        assert "saved A in shop.yaml" in text(app)

    app = play(steps)
    assert (folder / "shop.yaml").read_text() == SHOP.replace("14 d", "21 d")
    assert not app.workspace.dirty


def test_what_is_done_to_a_scenario_that_cannot_run_is_told_all_the_same(folder: Path) -> None:
    """Its problem stands in the status line, but not before what was just said; the sensitivity says it too."""

    async def steps(pilot: Pilot[str]) -> None:
        app = pilot.app
        assert isinstance(app, Lab)
        app.edit("clv_horizon", 36)
        await until(pilot, lambda: "clv_horizon: nobody can be won" in lines(app)[-2], "told")
        await pilot.press("6")
        await pilot.pause()
        assert "clv_horizon: nobody can be won" in "".join(lines(app)[:6])
        await pilot.press("ctrl+r")
        await pilot.pause()
        assert "nothing to redo" in lines(app)[-2]
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(app.screen, Tell)
        assert "clv_horizon: nobody can be won" in text(app)
        await pilot.press("escape")
        app.say("")
        await pilot.pause()
        assert "clv_horizon: nobody can be won" in lines(app)[-2]

    play(steps, ready=True)
    assert (folder / "shop.yaml").read_text() == SHOP


def test_a_shipped_scenario_is_saved_under_a_name_of_its_own(folder: Path) -> None:
    """ctrl+s asks for a file, refuses names that are none, and writes what differs; a file that is there is asked about."""

    async def steps(pilot: Pilot[str]) -> None:
        app = pilot.app
        assert isinstance(app, Lab)
        app.edit("months", 30)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert isinstance(app.screen, Ask)
        await typed(pilot, "club.txt")
        assert "does not end in .yaml" in text(app)
        await typed(pilot, "no/such/folder.yaml")
        assert "there is no folder" in text(app)
        await typed(pilot, "shop.yaml")
        assert isinstance(app.screen, Confirm)
        await pilot.press("n")
        await pilot.press("S")
        await typed(pilot, "club.yaml")

    app = play(steps, "tea_shop_tiers")
    assert (folder / "shop.yaml").read_text() == SHOP
    assert "extends: tea_shop_tiers.yaml\nmonths: 30 months\n" in (folder / "club.yaml").read_text()
    assert app.workspace.focused.file == "club.yaml"
    assert not app.workspace.dirty
    assert load_scenario("club.yaml").months == 30


def test_a_duplicate_has_a_file_of_its_own_and_a_command(folder: Path) -> None:
    """n, a tweak, S: the new file extends the old one; before that its command is on the old file."""

    async def steps(pilot: Pilot[str]) -> None:
        app = pilot.app
        assert isinstance(app, Lab)
        await pilot.press("n")
        app.edit(EVERY, 21.0)
        await pilot.pause()
        assert app.command().startswith("regulars compare shop.yaml shop.yaml --set 'B:name=")
        await pilot.press("S")
        await typed(pilot, "more.yaml")

    play(steps)
    assert "extends: shop.yaml" in (folder / "more.yaml").read_text()
    assert load_scenario("more.yaml").strategies["email"].every == 21.0  # type: ignore[attr-defined]


def test_opening_by_name_by_path_and_what_is_broken(folder: Path) -> None:
    """The picker has this folder and the library; a path may be typed; mistakes are told and nothing is lost."""
    (folder / "sub").mkdir()
    (folder / "sub" / "deep.yaml").write_text(SHOP)
    (folder / "bad.yaml").write_text("store: {}\nstrategies: {emial: {}}\nmonths: x\n")

    async def steps(pilot: Pilot[str]) -> None:
        app = pilot.app
        assert isinstance(app, Lab)
        await pilot.press("o")
        await pilot.pause()
        assert "here: A small shop." in text(app)
        await typed(pilot, "tea_shop_newsletter")
        await pilot.press("o")
        await typed(pilot, "sub/deep.yaml")
        assert [slot.file for slot in app.workspace.slots] == ["shop.yaml", "tea_shop_newsletter", "sub/deep.yaml"]
        assert app.workspace.focused.scenario.name == "Shop (2)"
        await pilot.press("o")
        await typed(pilot, "bad.yaml")
        assert isinstance(app.screen, Tell)
        assert "did you mean 'email'" in app.screen.text
        assert "months: 'x'" in app.screen.text
        assert "bad.yaml:2:14" in text(app)
        await pilot.press("escape")
        await pilot.press("o")
        await typed(pilot, "nowhere/at/all")
        assert isinstance(app.screen, Tell)
        await pilot.press("escape")

    app = play(steps)
    assert len(app.workspace.slots) == 3
    assert not app.workspace.dirty


def test_a_file_that_changes_outside_is_taken_unless_there_are_edits(folder: Path) -> None:
    """An untouched scenario follows its file; an edited one says so, refuses to overwrite, and takes it when told to."""
    path = folder / "shop.yaml"

    async def steps(pilot: Pilot[str]) -> None:
        app = pilot.app
        assert isinstance(app, Lab)
        path.write_text(SHOP.replace("14 d", "10 d"))
        app.watch_files()
        assert app.workspace.focused.scenario.strategies["email"].every == 10.0  # type: ignore[attr-defined]
        app.edit("months", 20)
        path.write_text(SHOP.replace("14 d", "9 days"))
        app.watch_files()
        await pilot.pause()
        assert "has changed outside" in text(app)
        assert app.workspace.focused.scenario.months == 20
        await pilot.press("ctrl+s")
        await pilot.pause()
        # What is on the screen was read before the change: it must not be taken for the newer one.
        assert path.read_text() == SHOP.replace("14 d", "9 days")
        await pilot.press("escape", "y", "r")
        await pilot.pause()
        assert isinstance(app.screen, Confirm)
        await pilot.press("y")
        await pilot.pause()
        assert app.workspace.focused.scenario.months == 18
        assert app.workspace.focused.scenario.strategies["email"].every == 9.0  # type: ignore[attr-defined]

    play(steps)


def test_a_broken_file_leaves_the_last_good_scenario(folder: Path) -> None:
    """The mistake is told in the status line and stands below its line on the file's screen; mended, it is taken."""
    path = folder / "shop.yaml"

    async def steps(pilot: Pilot[str]) -> None:
        app = pilot.app
        assert isinstance(app, Lab)
        path.write_text(SHOP.replace("every:", "evry:").replace("months: 18", "months: many"))
        app.watch_files()
        await pilot.pause()
        assert "A stays as it was" in text(app)
        assert app.workspace.focused.scenario.months == 18
        await pilot.press("y")
        await pilot.pause()
        shown = lines(app)
        at = next(i for i, line in enumerate(shown) if "evry" in line)
        assert "there is no such key" in shown[at + 1]
        assert "did you mean 'every'" in " ".join("".join(shown).split())
        assert shown[at + 1].index("^") == shown[at].index("evry")
        assert "2 to mend" in shown[1]
        path.write_text(SHOP.replace("14 d", "8 d"))
        app.watch_files()
        await pilot.pause()
        assert app.workspace.focused.scenario.strategies["email"].every == 8.0  # type: ignore[attr-defined]
        assert "to mend" not in text(app)

    play(steps)


def test_a_deleted_file_can_be_written_anew(folder: Path) -> None:
    """A file that is gone is told; the scenario stays and is saved under its old name."""

    async def steps(pilot: Pilot[str]) -> None:
        app = pilot.app
        assert isinstance(app, Lab)
        (folder / "shop.yaml").unlink()
        app.watch_files()
        app.edit("months", 20)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "not there any more" in text(app)
        await pilot.press("escape", "S")
        await typed(pilot, "shop.yaml")

    play(steps)
    assert load_scenario("shop.yaml").months == 20


def test_a_file_system_that_refuses_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failing write leaves the file, the edits and the star."""

    def refuse(source: object, target: object) -> None:
        raise OSError(30, "Read-only file system")

    async def steps(pilot: Pilot[str]) -> None:
        app = pilot.app
        assert isinstance(app, Lab)
        app.edit("months", 20)
        monkeypatch.setattr("sim.files.writing.os.replace", refuse)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "Read-only file system" in text(app)

    app = play(steps)
    assert (folder / "shop.yaml").read_text() == SHOP
    assert app.workspace.dirty
    assert os.listdir(folder) == ["shop.yaml"]


def test_what_saving_would_write_is_shown(folder: Path) -> None:
    """d shows the text that saving would write with its changed lines marked."""

    async def steps(pilot: Pilot[str]) -> None:
        app = pilot.app
        assert isinstance(app, Lab)
        app.edit(EVERY, 21.0)
        await pilot.press("y")
        await pilot.pause()
        assert "every: 14 d" in text(app)
        assert "edits that are not saved" in text(app)
        await pilot.press("d")
        await pilot.pause()
        marked = [line for line in lines(app) if line.startswith("*")]
        assert len(marked) == 1
        assert "email: {every: 21 d}" in marked[0]
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, YamlScreen)

    play(steps)
    assert (folder / "shop.yaml").read_text() == SHOP


def test_the_editor_is_opened_and_what_it_wrote_is_taken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """e runs the user's editor on the file while the screen is lent to it; a shipped file is not edited in place."""
    script = folder / "edit.py"
    script.write_text("import sys\np = sys.argv[1]\nt = open(p).read().replace('14 d', '5 d')\nopen(p, 'w').write(t)\n")
    command = f"{shlex.quote(sys.executable)} {shlex.quote(str(script))}"
    lent = []

    @contextlib.contextmanager
    def suspend() -> Any:
        lent.append(True)
        yield

    async def steps(pilot: Pilot[str]) -> None:
        app = pilot.app
        assert isinstance(app, Lab)
        await pilot.press("y")
        await pilot.press("e")
        await pilot.pause()
        assert "cannot be lent" in text(app)
        monkeypatch.setattr(app, "suspend", suspend)
        await pilot.press("e")
        await pilot.pause()
        assert lent
        assert app.workspace.focused.scenario.strategies["email"].every == 5.0  # type: ignore[attr-defined]
        assert "every: 5 d" in text(app)
        app.settings = Settings(editor="/no/such/editor")
        await pilot.press("e")
        await pilot.pause()
        assert "cannot be started" in text(app)

    play(steps, settings=Settings(editor=command))

    async def shipped(pilot: Pilot[str]) -> None:
        await pilot.press("y", "e")
        await pilot.pause()
        assert "save it under a name of its own" in text(pilot.app)  # type: ignore[arg-type]

    play(shipped, "tea_shop")


def test_the_editor_is_that_of_the_settings_then_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings before VISUAL before EDITOR before vi."""
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    assert editor() in ("vi", "notepad")
    monkeypatch.setenv("EDITOR", "ed")
    assert editor() == "ed"
    monkeypatch.setenv("VISUAL", "emacs -nw")
    assert editor() == "emacs -nw"
    assert editor("code --wait") == "code --wait"


def test_exports_are_the_comparison(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The folder has the files of `--out`; the copied command prints the figures on the screen; the picture is SVG."""
    found: dict[str, str] = {}

    async def steps(pilot: Pilot[str]) -> None:
        app = pilot.app
        assert isinstance(app, Lab)
        await pilot.press("X")
        await typed(pilot, "results")
        await typed(pilot, "out")
        assert "wrote out/" in text(app)
        await pilot.press("X")
        await typed(pilot, "picture")
        await typed(pilot, "screen.svg")
        await pilot.press("ctrl+e")
        await pilot.pause()
        assert isinstance(app.screen, Tell)
        found["line"], found["clipboard"] = app.command(), app.clipboard

    play(steps, "shop.yaml", "typical_welcome", ready=True)
    assert found["clipboard"] == found["line"]
    assert (folder / "screen.svg").read_text().startswith("<svg")
    names = ["cohorts.csv", "comparison.json", "curves.csv", "metrics.csv", "report.md"]
    assert sorted(path.name for path in (folder / "out").iterdir()) == names
    assert main([*shlex.split(found["line"])[1:], "--format", "json"]) == 0
    headless = json.loads(capsys.readouterr().out)
    written = json.loads((folder / "out" / "comparison.json").read_text())
    for each in (headless, written):
        each.pop("notes")
    assert headless == written


def test_exports_say_where_currencies_differ(folder: Path) -> None:
    """The files show each scenario's amounts in its own currency, as the command's do, and carry its note."""
    (folder / "abroad.yaml").write_text(SHOP + "currency: GBP\n")

    async def steps(pilot: Pilot[str]) -> None:
        await pilot.press("X")
        await typed(pilot, "results")
        await typed(pilot, "out")

    play(steps, "shop.yaml", "abroad.yaml", ready=True)
    notes = json.loads((folder / "out" / "comparison.json").read_text())["notes"]
    assert any(note.startswith("different currencies: A in USD, B in GBP") for note in notes)
    report = (folder / "out" / "report.md").read_text()
    assert "different currencies" in report
    assert "£" in report


def test_leaving_with_edits_is_asked_about(folder: Path) -> None:
    """ctrl+q with an unsaved edit asks; no stays, saved leaves at once."""

    async def steps(pilot: Pilot[str]) -> None:
        app = pilot.app
        assert isinstance(app, Lab)
        app.edit("months", 20)
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert isinstance(app.screen, Confirm)
        await pilot.press("n")
        await pilot.pause()
        assert app.is_running
        await pilot.press("ctrl+s", "ctrl+q")

    app = play(steps)
    assert app.return_code == 0


def test_names_of_any_script_are_shown_and_saved(folder: Path) -> None:
    """A scenario called in Arabic, with markup and three hundred letters' worth of emoji: shown, saved, read back."""
    name = "متجر [bold]店[/] " + "🧵" * 60

    async def steps(pilot: Pilot[str]) -> None:
        app = pilot.app
        assert isinstance(app, Lab)
        app.edit("name", name)
        await pilot.press("ctrl+s")
        for key in ("c", "p", "y"):
            await pilot.press(key)
            await pilot.pause()
            assert "[bold]" in lines(app)[0]
            await pilot.press("escape")

    play(steps)
    assert load_scenario("shop.yaml").name == name


def test_the_text_view_scrolls_to_the_mistake(folder: Path) -> None:
    """In a long file n brings the next mistake into sight."""
    long = SHOP + "# more\n" * 200 + "store: {}\n"

    async def steps(pilot: Pilot[str]) -> None:
        app = pilot.app
        assert isinstance(app, Lab)
        (folder / "shop.yaml").write_text(long)
        app.watch_files()
        await pilot.press("y")
        await pilot.pause()
        await pilot.press("n")
        await pilot.pause()
        assert "stands twice" in text(app)
        assert app.screen.query_one(Text).scroll_offset.y > 100

    play(steps)


def test_options_of_the_command_line_are_not_saved(folder: Path) -> None:
    """Opened with --set and --customers, an edit is saved alone; an amount that was scaled is refused, not bent."""
    path = folder / "shop.yaml"
    scenario = load_scenario("shop.yaml", ["store.costs.goods=30 %"]).scaled(2000)

    async def steps(pilot: Pilot[str]) -> None:
        app = pilot.app
        assert isinstance(app, Lab)
        app.filing.of(app.workspace.focused)
        app.edit(EVERY, 21.0)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert path.read_text() == SHOP.replace("14 d", "21 d")
        assert not app.workspace.dirty
        app.edit("channels.organic.customers", 5.0)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "channels.organic.customers differs from the file" in app.screen.text  # type: ignore[attr-defined]
        assert path.read_text() == SHOP.replace("14 d", "21 d")
        await pilot.press("escape")
        path.write_text(SHOP)
        app.watch_files()
        await pilot.pause()
        assert "was opened with options" in text(app)
        assert app.workspace.focused.scenario.channels["organic"].customers == 5.0

    app = lab([scenario], hands=lambda size: Idle())
    played(app, steps, ready=False)


def test_f2_makes_the_settings_and_takes_them(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is made with every key in it; what the editor wrote holds at once; a mistake changes nothing."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    path = folder / "config" / "regulars" / "settings.yaml"
    script = folder / "edit.py"
    script.write_text("import shutil, sys\nshutil.copy('wanted', sys.argv[1])\n")
    command = f"{shlex.quote(sys.executable)} {shlex.quote(str(script))}"

    async def steps(pilot: Pilot[str]) -> None:
        app = pilot.app
        assert isinstance(app, Lab)
        await pilot.press("f2")
        await pilot.pause()
        starter = path.read_text()
        assert all(f"#   {name}: " in starter for name in ids())
        assert "cannot be lent" in text(app)
        monkeypatch.setattr(app, "suspend", contextlib.nullcontext)
        (folder / "wanted").write_text("theme: gruvbox\nkeymap: {screen.yaml: f7}\n")
        await pilot.press("f2")
        await pilot.pause()
        assert app.theme == "gruvbox"
        await pilot.press("f7")
        await pilot.pause()
        assert isinstance(app.screen, YamlScreen)
        await pilot.press("escape")
        (folder / "wanted").write_text("theme: gruvbx\n")
        app.settings = Settings(editor=command)
        await pilot.press("f2")
        await pilot.pause()
        assert "did you mean 'gruvbox'" in app.screen.text  # type: ignore[attr-defined]
        assert app.theme == "gruvbox"

    play(steps, settings=Settings(editor=command))
