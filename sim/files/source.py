"""The text of a file that a user names, read safely, and the places in it that messages point to."""

from __future__ import annotations

import os
import re
import stat
from typing import NamedTuple

from sim.errors import BadInput, Problem

MAX_BYTES = 1_000_000
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""What YAML takes for no character of a text (told by what is refused: that compiles ten times as fast)."""


class Place(NamedTuple):
    """Where something stands: the file as the user named it, line and column from 1 (0: none)."""

    file: str
    line: int = 0
    column: int = 0

    def problem(self, message: str, path: str = "", allowed: str = "", suggestion: str = "") -> Problem:
        """A problem that stands here."""
        return Problem(message, self.file, self.line, self.column, path, allowed, suggestion)


def printable(text: str, most: int = 200) -> str:
    """A text from outside, short enough for a message and free of characters that move the cursor."""
    clean = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:most])
    return clean + "…" * (len(text) > most)


def read_file(path: str | os.PathLike[str], label: str) -> str:
    """The text of a file; `label` is what the user calls it.

    Raises BadInput for what is no regular file, too large, unreadable or not UTF-8 text.
    """
    here = Place(label)
    try:
        # Without O_NONBLOCK the mere opening of a FIFO waits for a writer who may never come.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as stream:
            found = os.fstat(descriptor)
            if stat.S_ISDIR(found.st_mode):
                raise BadInput(here.problem("is a directory, not a file"))
            if not stat.S_ISREG(found.st_mode):
                raise BadInput(here.problem("is a device or a pipe, not a file"))
            data = stream.read(MAX_BYTES + 1) if found.st_size <= MAX_BYTES else b""
    except IsADirectoryError:
        raise BadInput(here.problem("is a directory, not a file")) from None
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise BadInput(here.problem(f"cannot be read: {reason}")) from None
    size = max(found.st_size, len(data))
    if size > MAX_BYTES:
        raise BadInput(here.problem(f"is too large for a scenario: {size:,} bytes", allowed=f"{MAX_BYTES:,} bytes"))
    return decode(data, label)


def decode(data: bytes, label: str) -> str:
    """UTF-8 bytes as text. Raises BadInput, with the place, for bytes that are no text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadInput(Place(label, 1, 1).problem("is UTF-16; save it as UTF-8"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        offset = fault.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        before = data[:offset].decode("utf-8-sig", "replace")
        byte = f"byte 0x{data[offset]:02x}"
        raise BadInput(_place_after(before, label).problem(f"is not UTF-8 text: {byte}")) from None
    if bad := _NO_TEXT.search(text):
        place = _place_after(text[: bad.start()], label)
        raise BadInput(place.problem(f"is not text: character U+{ord(bad.group()):04X}"))
    return text


def _place_after(before: str, label: str) -> Place:
    """The place of the character that follows `before`."""
    line = before.count("\n") + 1
    return Place(label, line, len(before) - (before.rfind("\n") + 1) + 1)
