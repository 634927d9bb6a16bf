"""Opening a file of orders: what kind of file it is, and what it was packed with."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import stat
import sys
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, cast

from sim.errors import BadInput
from sim.orders.account import Telling
from sim.orders.faults import refuse

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
DEEPEST = 3


def open_orders(path: str | Path, telling: Telling) -> io.BufferedReader:
    """The unpacked bytes of a file, or of standard input where the path is `-`.

    Raises BadInput for what is there but no file of orders, or is not there at all.
    """
    file = telling.file
    try:
        stream = _opened(path, file)
    except (OSError, ValueError) as fault:
        refuse(file, f"cannot be read: {getattr(fault, 'strerror', None) or fault}")
    try:
        for _ in range(DEEPEST):
            unpacked = _unpacked(stream, file, telling)
            if unpacked is None:
                return stream
            stream = unpacked
    except DAMAGED as fault:
        refuse(file, f"cannot be unpacked, it is cut short or damaged: {fault}")
    refuse(file, "is packed too often")


def damaged(file: str, fault: BaseException) -> BadInput:
    """The mistake to raise where reading on fails with one of `DAMAGED`."""
    try:
        refuse(file, f"is cut short or damaged: {fault}; was it copied whole?")
    except BadInput as mistake:
        return mistake


def _opened(path: str | Path, file: str) -> io.BufferedReader:
    if str(path) == "-":
        if sys.stdin is None:
            refuse(file, "standard input is closed")
        return io.BufferedReader(cast("io.RawIOBase", sys.stdin.buffer))
    stream = open(path, "rb")  # noqa: SIM115 - the reader closes it
    if stat.S_ISDIR(os.fstat(stream.fileno()).st_mode):
        stream.close()
        refuse(file, "is a directory, not a file of orders")
    return stream


def _unpacked(stream: io.BufferedReader, file: str, telling: Telling) -> io.BufferedReader | None:
    """The stream behind one layer of packing; None where there is none."""
    head = stream.peek(16)
    if head.startswith(b"\x1f\x8b"):
        return _layer("gzip", gzip.GzipFile(fileobj=stream), telling)
    if head.startswith(b"BZh"):
        return _layer("bz2", bz2.BZ2File(stream), telling)
    if head.startswith(b"\xfd7zXZ\x00"):
        return _layer("xz", lzma.LZMAFile(stream), telling)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _layer("zip", _zipped(stream, file), telling)
    for magic, message in REFUSED.items():
        if head.startswith(magic):
            refuse(file, message)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:6].lower().startswith((b"<!doct", b"<html", b"<?xml")):
        refuse(file, "is a page of the web, not a table: was it downloaded while logged out?")
    return None


def _layer(name: str, stream: object, telling: Telling) -> io.BufferedReader:
    telling.recognised.append(f"unpacked: {name}")
    return io.BufferedReader(cast("io.RawIOBase", stream), 1 << 20)


def _zipped(stream: io.BufferedReader, file: str) -> BinaryIO:
    """The only file in a zip archive."""
    archive = zipfile.ZipFile(stream if stream.seekable() else io.BytesIO(stream.read()))
    names = [each for each in archive.infolist() if not each.is_dir()]
    if any(each.filename == "[Content_Types].xml" for each in names):
        refuse(file, WORKBOOK)
    names = [each for each in names if not each.filename.startswith("__MACOSX") and not Path(each.filename).name.startswith(".")]
    if len(names) != 1:
        refuse(file, f"is a zip archive of {len(names)} files", allowed="an archive of one file")
    if names[0].flag_bits & 1:
        refuse(file, "is a zip archive with a password; unpack it first")
    return cast("BinaryIO", archive.open(names[0]))
