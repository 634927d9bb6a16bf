"""Text that a terminal can show: free of control characters, cut and padded by the cells it takes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

JOINERS = "\u200c\u200d"
LEFT_TO_RIGHT_MARK = "\u200e"
CLUSTER_LIMIT = 8
"""More marks on one letter than this are dropped: no script needs them, and they would hide in a cell."""


def printable(text: str, encoding: str = "utf-8") -> str:
    """The text in one line without control, format and unassigned characters, which are shown as escapes.

    What the encoding cannot hold becomes a question mark, so that the width stays what it was.
    """
    safe = "".join(_safe(letter) for letter in text)
    return safe.encode(encoding, "replace").decode(encoding)


def _safe(letter: str) -> str:
    if letter.isprintable() or letter in JOINERS:
        return letter
    if unicodedata.category(letter) == "Zs":
        return " "
    return letter.encode("unicode_escape").decode("ascii")


def clusters(text: str) -> Iterator[tuple[str, int]]:
    """Each letter with the marks that sit on it, and the cells the two take (0 only for a stray mark)."""
    held, cells = "", 0
    for letter in text:
        size = letter_width(letter)
        if size and held:
            yield held, cells
            held, cells = "", 0
        if len(held) < CLUSTER_LIMIT:
            held, cells = held + letter, cells + size
    if held:
        yield held, cells


def letter_width(letter: str) -> int:
    """Cells taken by one character: 2 for wide East Asian ones and emoji, 0 for marks, else 1."""
    if letter.isascii():
        return 1
    if unicodedata.category(letter) in ("Mn", "Me", "Cf") or "\u1160" <= letter <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1


def width(text: str) -> int:
    """Cells taken by a text of one line."""
    return len(text) if text.isascii() else sum(cells for _, cells in clusters(text))


def cut(text: str, cells: int, ellipsis: str = "…") -> str:
    """The text, shortened to so many cells with an ellipsis where it is longer."""
    if width(text) <= cells:
        return "".join(cluster for cluster, _ in clusters(text))
    room, kept = cells - width(ellipsis), ""
    if room < 0:
        return ""
    for cluster, size in clusters(text):
        if size > room:
            break
        kept, room = kept + cluster, room - size
    return kept + ellipsis


def pad(text: str, cells: int, align: str = "<") -> str:
    """The text filled with spaces to so many cells; `align` is `<` or `>`.

    Text written from right to left is closed with a left-to-right mark, or a terminal that reorders would swap the
    columns beside it.
    """
    fill = " " * max(cells - width(text), 0)
    if not text.isascii() and any(unicodedata.bidirectional(letter) in ("R", "AL", "AN") for letter in text):
        text += LEFT_TO_RIGHT_MARK
    return fill + text if align == ">" else text + fill


def tag(i: int) -> str:
    """The letter of the i-th scenario, the baseline being A."""
    return chr(ord("A") + i % 26) + (str(i // 26 + 1) if i >= 26 else "")


def sentence(told: str) -> str:
    """What is told as a sentence in one line: a capital first, a full stop last."""
    line = " ".join(told.split())
    return line[:1].upper() + line[1:] + ("" if line.endswith(".") else ".")
