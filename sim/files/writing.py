"""Writing that happens whole or not at all, and says in a sentence why it could not."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, TextIO

from sim.errors import BadInput, Problem, RegularsError


def emit(text: str) -> None:
    """Put data on standard output and make sure that it arrived.

    Raises RegularsError when it did not, and BrokenPipeError when the reader has gone. What the encoding of the
    stream cannot hold is escaped.
    """
    out = sys.stdout
    if out is None:
        raise RegularsError("cannot write to standard output: it is closed")
    try:
        _write_all(out, text.encode(getattr(out, "encoding", None) or "utf-8", "backslashreplace"))
    except BrokenPipeError:
        abandon_stdout()
        raise
    except (OSError, ValueError) as error:
        abandon_stdout()
        raise RegularsError(f"cannot write to standard output: {why(error)}") from error


def _write_all(out: TextIO, data: bytes) -> None:
    """All of the bytes, or an error: a stream without a buffer (PYTHONUNBUFFERED) may take only a part, and say so in
    a number that the text layer does not look at."""
    binary: BinaryIO | None = getattr(out, "buffer", None)
    if binary is None:
        out.write(data.decode(out.encoding or "utf-8"))
        out.flush()
        return
    out.flush()
    while data:
        written = binary.write(data)
        if not written:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        data = data[written:]
    binary.flush()


def abandon_stdout() -> None:
    """Let what is still buffered go nowhere, so that leaving the interpreter does not fail a second time."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def why(error: BaseException) -> str:
    """The reason of a failed system call in plain words."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def write_file(
    path: Path | str, chunks: Iterable[str], *, option: str = "", replace: bool = True, packed: bool = False
) -> None:
    """Write a text to a file: it appears whole under its name, or the name stays as it was.

    `option` is what the user named the file with. A device or a pipe is written to directly, a link is followed; else the
    text is gzipped with `packed`, the same text to the same bytes. With `replace` off an existing file is refused. Raises
    BadInput where the name cannot be a file, RegularsError where writing fails.
    """
    check_file(path, option)
    with _told(path, option):
        # By the name as given: behind /dev/stdout or >(gzip) stands a pipe that has no real path.
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "w", encoding="utf-8", newline="") as stream:
                stream.writelines(chunks)
            return
        target = Path(os.path.realpath(path))
        staged = _stage(target, chunks, packed)
        try:
            if replace:
                os.replace(staged, target)
            else:
                _name_once(staged, target)
        finally:
            staged.unlink(missing_ok=True)
        _sync_folder(target.parent)


def write_folder(folder: Path | str, files: Mapping[str, str], *, option: str = "") -> list[Path]:
    """Write several files into a folder, all or none; the folder is made if it is not there.

    Returns the paths written. Raises BadInput where the name cannot be a folder, RegularsError where writing fails.
    """
    check_folder(folder, option)
    place = Path(folder)
    for name in files:
        if (place / name).is_dir():
            raise BadInput(Problem(f"'{place / name}' is a folder, but a file is to be written there", file=option))
    made = not place.exists()
    with _told(place, option):
        place.mkdir(exist_ok=True)
        staged: dict[Path, Path] = {}
        try:
            for name, text in files.items():
                staged[place / name] = _stage(place / name, [text])
            _replace_all(staged)
        finally:
            for temporary in staged.values():
                temporary.unlink(missing_ok=True)
            if made and not any(place.iterdir()):
                place.rmdir()
        _sync_folder(place)
    return [place / name for name in files]


def _name_once(staged: Path, target: Path) -> None:
    """Give a file a name that is still free; raises FileExistsError."""
    try:
        os.link(staged, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: a moment's race is left
        if os.path.lexists(target):
            raise FileExistsError from None
        os.replace(staged, target)


def check_file(path: Path | str, option: str = "") -> None:
    """Raise BadInput where the name cannot be that of a file to write."""
    place = Path(path)
    with _told(path, option):
        if place.is_dir():
            raise BadInput(Problem(f"'{path}' is a folder, but a file is to be written there", file=option))
        if not place.absolute().parent.is_dir():
            raise BadInput(Problem(f"there is no folder '{place.parent}' to write '{place.name}' in", file=option))


def check_folder(folder: Path | str, option: str = "") -> None:
    """Raise BadInput where the name cannot be that of a folder to write in."""
    place = Path(folder)
    with _told(folder, option):
        if place.exists() and not place.is_dir():
            raise BadInput(Problem(f"'{folder}' is a file, not a folder", file=option))
        if not place.absolute().parent.is_dir():
            raise BadInput(Problem(f"there is no folder '{place.parent}' to make '{place.name}' in", file=option))


@contextlib.contextmanager
def _told(path: Path | str, option: str) -> Iterator[None]:
    """Turn what the system says into an error of ours."""
    try:
        yield
    except FileExistsError as error:
        raise BadInput(Problem(f"'{path}' is there already", file=option)) from error
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        raise RegularsError(f"cannot write '{path}': {why(error)}") from error


def _stage(target: Path, chunks: Iterable[str], packed: bool = False) -> Path:
    """A finished temporary file beside the target, on disk and with the permissions a new file gets."""
    temporary = target.with_name(f".{target.name[:40]}.{os.urandom(4).hex()}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(temporary, flags, 0o666)
    try:
        with open(handle, "wb") as stream:
            if target.exists():
                if not os.access(target, os.W_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
                os.chmod(temporary, stat.S_IMODE(target.stat().st_mode))
            data = (chunk.encode() for chunk in chunks)
            if packed:
                from gzip import GzipFile

                with GzipFile("", "wb", fileobj=stream, mtime=0) as gzipped:
                    for each in data:
                        gzipped.write(each)
            else:
                stream.writelines(data)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _replace_all(staged: Mapping[Path, Path]) -> None:
    """Give every staged file its name; on any failure take back those already given."""
    kept: list[tuple[Path, Path | None]] = []
    try:
        for target, temporary in staged.items():
            old = target.with_name(temporary.name + ".old") if target.exists() else None
            kept.append((target, old))
            if old is not None:
                os.replace(target, old)
            os.replace(temporary, target)
    except BaseException:
        for target, old in reversed(kept):
            if old is None:
                target.unlink(missing_ok=True)
            elif old.exists():
                os.replace(old, target)
        raise
    for _, old in kept:
        if old is not None:
            old.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make the new names last through a power cut; a file system that cannot is not worth a failure."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
