"""A column of amounts in cents: signs, currencies, thousands, and no decimal sign that the column does not prove."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from sim.orders.abreast import abreast
from sim.orders.account import Telling, many
from sim.orders.cells import Ints
from sim.orders.faults import Column, refused
from sim.orders.shapes import Group, groups
from sim.orders.texts import Texts
from sim.orders.words import ALL_CODES

NO_AMOUNT = np.iinfo(np.int64).min
"""Stands for an amount that cannot be read."""
MOST_DIGITS = 15
SYMBOLS = {
    "$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "R$": "BRL", "zł": "PLN",
    "Kč": "CZK", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "₺": "TRY", "₪": "ILS", "₫": "VND",
    "฿": "THB", "₱": "PHP", "Fr.": "CHF", "SFr.": "CHF", "₽": "RUB", "₴": "UAH", "R": "ZAR", "MX$": "MXN", "Ft": "HUF",
    "kr": "", "kr.": "", "Rs": "", "Rs.": "",
}  # fmt: skip
"""Currencies by their signs; empty where a sign stands for several."""
_AROUND = re.compile(r"(?P<prefix>[^0]*?)(?P<core>[.,]?0(?:[0.,'’_ \u00a0\u202f]*0)?)(?P<suffix>[^0]*)")
_PLAIN = re.compile(rb"0{8}|0{6}[.,]0|0{5}[.,]00")
"""Shapes that mean the same with more zeros before them: no sign, nothing that may be thousands."""
_MINUS = "-−–"


@dataclass(frozen=True)
class AmountShape:
    """How the amounts of one shape are read."""

    negative: bool
    currency: str
    """As it is written beside the digits, a sign or a code."""
    places: tuple[int, ...]
    """Where the digits stand, in bytes."""
    decimals: dict[str, int]
    """How many of them are decimals if the decimal sign is a point or a comma; no entry where it cannot be."""

    @property
    def open(self) -> bool:
        """Whether the decimal sign decides what it means."""
        return len(set(self.decimals.values())) > 1


@dataclass(frozen=True)
class Sums:
    """A column of money."""

    cents: Ints
    """`NO_AMOUNT` where the cell holds none."""
    currencies: dict[str, Ints]
    """Rows by the currency that is written beside the digits."""
    decimal: str
    """The decimal sign of the column."""


def amounts(
    cells: Texts, column: Column, lines: Ints, decimal: str | None, telling: Telling, *, scale: int = 100, said: bool = True
) -> Sums:
    """The amounts of a column in cents (in parts of 1 / `scale`), one a cell.

    Raises BadInput where 1.234 may be one or a thousand, and where rows contradict each other.
    """
    read = [(group, shape) for group in groups(cells, _PLAIN) if (shape := amount_shape(group.shape)) is not None]
    sign = _decimal_sign(read, column, lines, decimal, telling, said)
    cents = np.full(len(cells), NO_AMOUNT, dtype=np.int64)
    currencies: dict[str, list[Ints]] = {}
    rounded = 0
    for (group, shape), (parts, inexact) in zip(read, abreast(partial(_parts, sign, scale), read), strict=True):
        if parts is None:
            continue
        cents[group.rows] = parts
        rounded += inexact
        if shape.currency:
            currencies.setdefault(shape.currency, []).append(np.arange(len(cells))[group.rows])
    if rounded and said:
        telling.remarks.append(f"rounded to the cent: {many(rounded, 'amount')} with parts of a cent")
    return Sums(cents, {name: np.concatenate(rows) for name, rows in currencies.items()}, sign)


@lru_cache(4096)
def amount_shape(shape: bytes) -> AmountShape | None:
    """How to read the amounts of a shape; None where it is none."""
    text = shape.decode("utf-8", "replace")
    found = _AROUND.fullmatch(text)
    if found is None:
        return None
    prefix, core, suffix = found["prefix"].strip(), found["core"], found["suffix"].strip()
    bracketed = prefix.startswith("(") and suffix.endswith(")")
    if bracketed:
        prefix, suffix = prefix[1:].strip(), suffix[:-1].strip()
    if suffix in (".", ",") or suffix[:2] in (".-", ",-", ".–", ",–", ".—", ",—"):  # whole, as in 12.- or 12.
        if any(each in core for each in ".,") and suffix[0] in core:
            return None
        suffix = suffix[2:].strip() if len(suffix) > 1 else ""
    signs = bracketed + sum(letter in _MINUS + "+" for letter in prefix + suffix)
    minus = bracketed or any(letter in _MINUS for letter in prefix + suffix)
    prefix, suffix = prefix.strip(_MINUS + "+ \u00a0\u202f"), suffix.strip(_MINUS + " \u00a0\u202f")
    if signs > 1:
        return None
    if (prefix and suffix and prefix != suffix) or not _is_currency(prefix or suffix):
        return None
    decimals = {sign: count for sign in ".," if (count := _decimals(core, sign)) is not None}
    if not decimals or core.count("0") - max(max(decimals.values()) - 12, 0) > MOST_DIGITS:
        return None
    begin = len(found["prefix"].encode())
    places = [begin + len(core[:i].encode()) for i, letter in enumerate(core) if letter == "0"]
    return AmountShape(minus, prefix or suffix, tuple(places), decimals)


def _is_currency(text: str) -> bool:
    return not text or text in SYMBOLS or text.upper() in ALL_CODES


def _decimals(core: str, sign: str) -> int | None:
    """How many decimals a number has if this is the decimal sign; None where it cannot be."""
    whole, mark, part = core.rpartition(sign) if core.count(sign) == 1 else (core, "", "")
    if not mark and sign in core:
        return None
    if part.strip("0"):
        return None
    separators = {letter for letter in whole if letter != "0"}
    if len(separators) > 1:
        return None
    if separators:
        first, *others = whole.split(separators.pop())
        # Thousands, or lakhs and crores: the last group has three digits.
        if not 1 <= len(first) <= 3 or len(others[-1]) != 3 or any(len(each) not in (2, 3) for each in others):
            return None
    return len(part)


def _decimal_sign(
    read: Sequence[tuple[Group, AmountShape]], column: Column, lines: Ints, decimal: str | None, telling: Telling, said: bool
) -> str:
    if decimal is not None:
        return decimal
    proof: dict[str, tuple[Group, AmountShape]] = {}
    for group, shape in read:
        if len(shape.decimals) == 1:
            proof.setdefault(next(iter(shape.decimals)), (group, shape))
        elif shape.open and (shape.decimals["."] == 3) and _leading_zero(group, shape):
            proof.setdefault(".", (group, shape))
        elif shape.open and (shape.decimals[","] == 3) and _leading_zero(group, shape):
            proof.setdefault(",", (group, shape))
    if len(proof) == 2:
        (mine, _), (theirs, _) = proof["."], proof[","]
        group = mine if mine.size <= theirs.size else theirs
        other = theirs if group is mine else mine
        raise refused(
            telling.file, f"'{_shown(group)}' and '{_shown(other)}' (line {lines[other.line]}) have different decimal signs",
            line=int(lines[group.line]), column=column, allowed="one decimal sign in a column, or --decimal . or --decimal ,",
        )  # fmt: skip
    if proof:
        sign = next(iter(proof))
        if sign == "," and said:
            telling.recognised.append(f"amounts such as {_shown(proof[sign][0])}: with a decimal comma")
        return sign
    undecided = [group for group, shape in read if shape.open]
    if undecided:
        raise refused(
            telling.file, f"'{_shown(undecided[0])}' may be a thousand or a part of one, and no row of the column decides it",
            line=int(lines[undecided[0].line]), column=column, allowed="--decimal . or --decimal ,",
        )  # fmt: skip
    return "."


def _leading_zero(group: Group, shape: AmountShape) -> bool:
    """0.125 has no thousands."""
    return bool((group.number(shape.places[:1]) == 0).any())


def _shown(group: Group) -> str:
    return group.example.decode("utf-8", "replace")


def _parts(sign: str, scale: int, read: tuple[Group, AmountShape]) -> tuple[Ints | None, int]:
    """The amounts of a group, None where they have another decimal sign, and how many had to be rounded."""
    group, shape = read
    if sign not in shape.decimals:
        return None, 0
    digits, decimals = shape.places, shape.decimals[sign]
    beyond = max(decimals - 12, 0)
    parts, inexact = _scaled(group.number(digits[: len(digits) - beyond]), decimals - beyond, scale)
    group.pairs.clear()
    return -parts if shape.negative else parts, inexact if parts.size == group.size else inexact * group.size


def _scaled(value: Ints, decimals: int, scale: int) -> tuple[Ints, int]:
    """A number of so many decimals in parts of 1 / scale, and how many had to be rounded."""
    unit = 10**decimals
    if scale == unit:
        return value, 0
    if scale % unit == 0:
        return value * (scale // unit), 0
    parts = unit // scale
    return (value + parts // 2) // parts, int((value % parts != 0).sum())
