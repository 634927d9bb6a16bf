"""Files appear whole or not at all, and a failure is a sentence."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from shop_file import ENVIRON

from sim.cli import main
from sim.errors import BadInput, RegularsError
from sim.files.writing import write_file, write_folder


def everything(folder: Path) -> dict[str, str]:
    """All files of a folder with their texts, hidden ones too."""
    return {path.name: path.read_text() for path in folder.iterdir()}


def broken(text: str) -> Iterator[str]:
    """A source that gives some text and then fails."""
    yield text
    raise KeyboardInterrupt


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    """The text is there, nothing else is, and line ends are as given."""
    write_file(tmp_path / "a.csv", ["one\n", "zwei ü\n"])
    assert (tmp_path / "a.csv").read_bytes() == b"one\nzwei \xc3\xbc\n"
    assert list(everything(tmp_path)) == ["a.csv"]


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path) -> None:
    """Ctrl-C in the middle: the old text stays, no temporary file is left."""
    (tmp_path / "a").write_text("old")
    with pytest.raises(KeyboardInterrupt):
        write_file(tmp_path / "a", broken("x" * 100_000))
    assert everything(tmp_path) == {"a": "old"}


def test_a_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    """Writing again does not open a private file to others; a new file has those of the umask."""
    path = tmp_path / "a"
    write_file(path, ["1"])
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask
    path.chmod(0o600)
    write_file(path, ["2"])
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("2", 0o600)


def test_a_link_is_followed(tmp_path: Path) -> None:
    """The file behind a link is replaced, the link stays a link."""
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    write_file(tmp_path / "link", ["new"])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_an_existing_file_may_be_refused(tmp_path: Path) -> None:
    """Without leave to replace, the file stays and the user is told."""
    write_file(tmp_path / "a", ["1"], replace=False)
    with pytest.raises(BadInput, match="there already"):
        write_file(tmp_path / "a", ["2"], replace=False)
    assert everything(tmp_path) == {"a": "1"}


@pytest.mark.parametrize("name", ["missing/a", ".", "file/a", "nul\0l"])
def test_names_that_cannot_be_files_are_bad_input(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing folder, a folder, a file used as a folder, a NUL: told, never a traceback."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(RegularsError):
        write_file(name, ["text"], option="--events")
    assert everything(tmp_path) == {"file": "x"}


def test_a_device_is_written_to_not_replaced() -> None:
    """The full device stays a device, and its fullness is told with exit code 1."""
    with pytest.raises(RegularsError, match="No space left") as caught:
        write_file("/dev/full", ["text"])
    assert caught.value.exit_code == 1
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


def test_a_pipe_is_written_to_by_the_name_it_has() -> None:
    """`--events >(gzip)`: a pipe has no real path, only the name that the shell gives it."""
    reading, writing = os.pipe()
    write_file(f"/dev/fd/{writing}", ["one\n", "two\n"])
    os.close(writing)
    with open(reading) as stream:
        assert stream.read() == "one\ntwo\n"


def test_events_are_gzipped_under_a_name_that_says_so(tmp_path: Path) -> None:
    """`--events log.csv.gz` is gzipped, the same bytes for the same log, and not a text under a wrong name."""
    import gzip

    words = ("run", "tea_shop", "--customers", "50", "--months", "13", "--replications", "1", "-q", "--events")
    for name in ("a.csv", "b.csv.gz", "c.csv.gz"):
        assert main([*words, str(tmp_path / name)]) == 0
    packed = (tmp_path / "b.csv.gz").read_bytes()
    assert gzip.decompress(packed) == (tmp_path / "a.csv").read_bytes()
    assert packed == (tmp_path / "c.csv.gz").read_bytes()


def test_a_folder_is_made_and_filled(tmp_path: Path) -> None:
    """All files with their texts, and only those."""
    write_folder(tmp_path / "out", {"a": "1", "b": "2"})
    write_folder(tmp_path / "out", {"b": "3"})
    assert everything(tmp_path / "out") == {"a": "1", "b": "3"}


def test_a_folder_that_is_a_file_is_bad_input(tmp_path: Path) -> None:
    """--out names a file: exit code 2 and the file as it was; the same for a device and a missing parent."""
    (tmp_path / "out").write_text("mine")
    for name in (tmp_path / "out", Path("/dev/full"), tmp_path / "no" / "out", tmp_path / "out" / "deeper"):
        with pytest.raises(BadInput) as caught:
            write_folder(name, {"a": "1"}, option="--out")
        assert "--out" in str(caught.value)
    assert everything(tmp_path) == {"out": "mine"}


def test_a_folder_is_filled_with_all_files_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When giving the second file its name fails, the first is taken back and old ones are as they were."""
    (tmp_path / "a").write_text("old a")
    calls = []

    def replace(source: Path, target: Path, real=os.replace) -> None:  # type: ignore[no-untyped-def]
        calls.append(target)
        if Path(target).name == "b" and Path(source).suffix == ".part":
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(RegularsError, match="No space left"):
        write_folder(tmp_path, {"a": "new a", "b": "new b", "c": "new c"})
    assert everything(tmp_path) == {"a": "old a"}
    assert len(calls) > 2


def test_a_folder_that_was_made_in_vain_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing at all is left of a first --out that failed."""

    def fail(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(RegularsError):
        write_folder(tmp_path / "out", {"a": "1"})
    assert everything(tmp_path) == {}


def test_a_name_taken_by_a_folder_is_bad_input(tmp_path: Path) -> None:
    """A folder where a result should go: told before anything is written."""
    (tmp_path / "b").mkdir()
    with pytest.raises(BadInput):
        write_folder(tmp_path, {"a": "1", "b": "2"})
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def in_a_process(code: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run a few lines in a fresh interpreter."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, **options)  # type: ignore[call-overload, no-any-return]


def test_a_file_size_limit_is_told(tmp_path: Path) -> None:
    """RLIMIT_FSIZE: the limit's signal does not kill, the half file is gone, the reason is told."""
    code = (
        "from sim.files.writing import write_file; from sim.errors import RegularsError\n"
        f"try: write_file({str(tmp_path / 'a')!r}, ['x' * 100_000])\n"
        "except RegularsError as error: print(error, error.exit_code)"
    )
    done = in_a_process(
        code, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)), cwd=Path(__file__).parent.parent
    )
    assert "File too large 1" in done.stdout
    assert everything(tmp_path) == {}


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_data_that_did_not_all_arrive_are_told(tmp_path: Path, unbuffered: str) -> None:
    """A disk that fills up behind standard output: exit code 1 and the reason, also where Python does not buffer and
    the system takes a part without a word."""
    code = (
        "import sys; from sim.files.writing import emit; from sim.errors import RegularsError\n"
        "try: emit('x' * 100_000)\n"
        "except RegularsError as error: print(error, file=sys.stderr)"
    )
    with open(tmp_path / "out", "w") as out:
        done = subprocess.run(
            [sys.executable, "-c", code], stdout=out, stderr=subprocess.PIPE, text=True, timeout=30,
            env={**ENVIRON, "PYTHONUNBUFFERED": unbuffered},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
        )  # fmt: skip
    assert done.stderr == "cannot write to standard output: File too large\n"


def test_a_refused_permission_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system says no: exit code 1, the user reads why, nothing is written."""

    def refuse(*anything: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(RegularsError, match="Permission denied") as caught:
        write_folder(tmp_path / "out", {"a": "1"})
    assert caught.value.exit_code == 1
    monkeypatch.undo()
    assert everything(tmp_path) == {}
