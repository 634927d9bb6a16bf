"""The text of a file of orders as UTF-8, whatever it was written in; never guessed where the bytes leave a choice."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator

import numpy as np

from sim.errors import BadInput
from sim.orders.account import Telling
from sim.orders.faults import refused
from sim.orders.opening import DAMAGED, damaged

BLOCK = 1 << 19
BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 with a byte order mark", "utf-16": "UTF-16", "utf-32": "UTF-32",
         "utf-16-le": "UTF-16 without a byte order mark", "utf-16-be": "UTF-16 without a byte order mark",
         "cp1252": "Windows-1252 (it is not UTF-8; another one: --encoding)"}  # fmt: skip


def utf8_blocks(stream: io.BufferedReader, encoding: str | None, telling: Telling) -> Iterator[bytes]:
    """The text of a stream as blocks of UTF-8 with `\\n` at the ends of lines, without a byte order mark.

    Raises BadInput for bytes that are not of the encoding, with the line.
    """
    head = stream.peek(4)
    if encoding is None:
        encoding = next((name for mark, name in BOMS.items() if head.startswith(mark)), None) or _without_bom(head)
    else:
        encoding = _known(encoding, telling)
    blocks = _raw(stream, telling.file)
    text = _checked(blocks, telling) if encoding == "utf-8" else _recoded(blocks, encoding, telling)
    yield from _with_newlines(text)


def newlines(text: bytes | memoryview) -> int:
    """How many lines a text ends; several times as fast as `bytes.count` where lines are short."""
    return int(np.count_nonzero(np.frombuffer(text, dtype=np.uint8) == ord("\n")))


def _raw(stream: io.BufferedReader, file: str) -> Iterator[bytes]:
    try:
        while block := stream.read(BLOCK):
            yield block
    except (*DAMAGED, OSError) as fault:
        raise damaged(file, fault) from None


def _without_bom(head: bytes) -> str:
    """Latin letters in UTF-16 have a zero in every other byte."""
    if len(head) >= 4 and head[0] and not head[1] and head[2] and not head[3]:
        return "utf-16-le"
    if len(head) >= 4 and not head[0] and head[1] and not head[2] and head[3]:
        return "utf-16-be"
    return "utf-8"


def _known(encoding: str, telling: Telling) -> str:
    try:
        name = codecs.lookup(encoding).name
        "x".encode(name)
    except (LookupError, ValueError, TypeError):
        allowed = "utf-8, windows-1252, iso-8859-15, utf-16 ..."
        raise refused("--encoding", f"'{encoding[:40]}' is no encoding", allowed=allowed) from None
    return "utf-8-sig" if name == "utf-8" else name


def _checked(blocks: Iterator[bytes], telling: Telling) -> Iterator[bytes]:
    """UTF-8 as it is; from its first byte that is none on Windows-1252, if all before it was ASCII."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    ascii_so_far, lines, tail = True, 0, b""
    for block in blocks:
        if b"\0" in block:
            line = lines + block[: block.index(b"\0")].count(b"\n") + 1
            raise refused(telling.file, "is no text: it holds zero bytes", line=line)
        if not block.isascii() or tail:
            try:
                decoder.decode(block)
            except UnicodeDecodeError as fault:
                whole = tail + block
                before = whole[: fault.start]
                if not ascii_so_far or not before.isascii():
                    raise _mixed(telling, lines + before.count(b"\n") + 1, whole[fault.start]) from None
                yield from _recoded(_chain(whole, blocks), "cp1252", telling, lines)
                return
        whole = tail + block
        tail = decoder.getstate()[0]
        done = whole[: len(whole) - len(tail)]
        ascii_so_far &= done.isascii()
        lines += newlines(done)
        yield done
    if tail and not ascii_so_far:
        raise _mixed(telling, lines + 1, tail[0])
    if tail:
        yield from _recoded(iter([tail]), "cp1252", telling, lines)
        return
    telling.recognised.insert(0, "encoding: ASCII" if ascii_so_far else "encoding: UTF-8")


def _chain(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from others


def _mixed(telling: Telling, line: int, byte: int) -> BadInput:
    return refused(
        telling.file, f"the byte 0x{byte:02x} is not UTF-8, though the text before it is", line=line,
        allowed="one encoding in a file; to read it all as another: --encoding windows-1252",
    )  # fmt: skip


def _recoded(blocks: Iterator[bytes], encoding: str, telling: Telling, lines: int = 0) -> Iterator[bytes]:
    telling.recognised.insert(0, f"encoding: {NAMES.get(encoding, encoding)}")
    decoder = codecs.getincrementaldecoder(encoding)()
    last = b""
    try:
        for block in blocks:
            last = block
            text = decoder.decode(block)
            if "\0" in text:
                raise refused(telling.file, "is no text: it holds zero characters", line=lines + 1)
            lines += text.count("\n")
            yield text.encode("utf-8", "replace")
        decoder.decode(b"", final=True)
    except UnicodeError as fault:
        start, why = getattr(fault, "start", 0), getattr(fault, "reason", fault)
        raise refused(
            telling.file, f"cannot be read as {NAMES.get(encoding, encoding).partition(' (')[0]}: {why}",
            line=lines + last[:start].count(b"\n") + 1, allowed="the encoding it was written in: --encoding NAME",
        ) from None  # fmt: skip


def _with_newlines(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """A file of an old Mac ends its lines with a carriage return alone."""
    old = None
    for block in blocks:
        if old is None and (b"\n" in block or b"\r" in block):
            old = b"\n" not in block and b"\r" in block
        yield block.replace(b"\r", b"\n") if old else block
