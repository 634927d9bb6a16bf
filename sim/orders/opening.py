"""Opening a file of orders: what kind of file it is, and what it was packed with."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from sim.errors import BadInput
from sim.orders.account import Telling
from sim.orders.faults import refused

DAMAGED = (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, zipfile.BadZipFile)
"""What reading raises where a packed file is cut short or broken."""
PARQUET = b"PAR1"
WORKBOOK = "is a spreadsheet's workbook; save the sheet as CSV"
REFUSED = {
    b"\xd0\xcf\x11\xe0": WORKBOOK,
    b"%PDF": "is a PDF, not a table; export the orders as CSV",
    b"\x28\xb5\x2f\xfd": "is packed with zstd; unpack it, or pack it with gzip, bz2, xz or zip",
    b"7z\xbc\xaf": "is a 7-Zip archive; unpack it, or pack it with gzip, bz2, xz or zip",
    b"Rar!": "is a RAR archive; unpack it, or pack it with gzip, bz2, xz or zip",
    b"SQLi": "is an SQLite database; export the orders as CSV",
}
PACKED: dict[bytes, tuple[str, Callable[[IO[bytes]], Any]]] = {
    b"\x1f\x8b": ("gzip", lambda stream: gzip.GzipFile(fileobj=stream)),
    b"BZh": ("bz2", bz2.BZ2File),
    b"\xfd7zXZ\x00": ("xz", lzma.LZMAFile),
}
"""How files begin that are packed, and what unpacks them."""
DEEPEST = 3


@contextlib.contextmanager
def open_orders(path: str | Path, telling: Telling) -> Iterator[io.BufferedReader]:
    """The unpacked bytes of a file, or of standard input where the path is `-`; all is closed again.

    Raises BadInput for what is there but no file of orders, or is not there at all.
    """
    with contextlib.ExitStack() as layers:
        stream = _opened(path, telling.file, layers)
        for _ in range(DEEPEST):
            unpacked = _unpacked(stream, telling, layers)
            if unpacked is None:
                break
            stream = unpacked
        else:
            raise refused(telling.file, "is packed too often")
        yield stream


def damaged(file: str, fault: BaseException) -> BadInput:
    """The mistake to raise where reading fails with one of `DAMAGED`, or an OSError, which bz2 raises for damage too."""
    if isinstance(fault, OSError) and fault.errno is not None:
        return refused(file, f"cannot be read: {fault.strerror}")
    return refused(file, f"is cut short or damaged: {fault}; was it copied whole?")


def _buffered(raw: Any) -> io.BufferedReader:
    return io.BufferedReader(raw, 1 << 20)


def _opened(path: str | Path, file: str, layers: contextlib.ExitStack) -> io.BufferedReader:
    if str(path) == "-":
        if sys.stdin is None:
            raise refused(file, "standard input is closed")
        stream = _buffered(sys.stdin.buffer)
        layers.callback(stream.detach)
        return stream
    try:
        found = layers.enter_context(open(path, "rb"))  # noqa: SIM115 - the stack closes it
        found.peek(1)  # a folder opens, and then cannot be read
    except IsADirectoryError:
        raise refused(file, "is a directory, not a file of orders") from None
    except (OSError, ValueError) as fault:
        raise refused(file, f"cannot be read: {getattr(fault, 'strerror', None) or fault}") from None
    return found


def _unpacked(stream: io.BufferedReader, telling: Telling, layers: contextlib.ExitStack) -> io.BufferedReader | None:
    """The stream behind one layer of packing; None where there is none."""
    file = telling.file
    try:
        head = stream.peek(16)
        for magic, (name, unpack) in PACKED.items():
            if head.startswith(magic):
                telling.recognised.append(f"unpacked: {name}")
                raw = layers.enter_context(unpack(stream))
                return layers.enter_context(_buffered(raw))
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            telling.recognised.append("unpacked: zip")
            return layers.enter_context(_buffered(_zipped(stream, file, layers)))
    except (*DAMAGED, OSError) as fault:
        raise damaged(file, fault) from None
    for magic, message in REFUSED.items():
        if head.startswith(magic):
            raise refused(file, message)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:6].lower().startswith((b"<!doct", b"<html", b"<?xml")):
        raise refused(file, "is a page of the web, not a table: was it downloaded while logged out?")
    return None


def _zipped(stream: io.BufferedReader, file: str, layers: contextlib.ExitStack) -> IO[bytes]:
    """The only file in a zip archive."""
    archive = layers.enter_context(zipfile.ZipFile(stream if stream.seekable() else io.BytesIO(stream.read())))
    names = [each for each in archive.infolist() if not each.is_dir()]
    if any(each.filename == "[Content_Types].xml" for each in names):
        raise refused(file, WORKBOOK)
    names = [each for each in names if not (each.filename.startswith("__MACOSX") or Path(each.filename).name.startswith("."))]
    if len(names) != 1:
        raise refused(file, f"is a zip archive of {len(names)} files", allowed="an archive of one file")
    if names[0].flag_bits & 1:
        raise refused(file, "is a zip archive with a password; unpack it first")
    return layers.enter_context(archive.open(names[0]))
