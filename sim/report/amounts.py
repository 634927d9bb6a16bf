"""Figures in words a founder can read: money in its currency, shares in per cent, intervals beside them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.terminal import Terminal
from sim.text import cut, printable

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "BRL": "R$"}
WHOLE = ("JPY", "KRW", "HUF", "CLP", "VND", "ISK")
"""Currencies without a smaller coin in use."""
COUNTS = ("customers", "orders", "messages")
SUFFIXES = {"minutes": " min", "days": " d", "weeks": " wk", "months": " mo", "share": " %"}
NO_FIGURE = "n/a"
FILE = Terminal()
"""What is written for when no terminal is meant."""


@dataclass(frozen=True)
class Amounts:
    """How to write amounts of one currency on one terminal."""

    currency: str = "USD"
    terminal: Terminal = FILE

    def value(self, value: float | None, unit: str, *, signed: bool = False, decimals: int | None = None) -> str:
        """One number with its unit; the decimals are those that its size deserves if not given."""
        if value is None or not math.isfinite(value):
            return NO_FIGURE
        digits = self.decimals(value, unit) if decimals is None else decimals
        number = self.number(value, unit, digits, signed=signed)
        sign, plain = (number[0], number[1:]) if number[0] in "+-" else ("", number)
        return sign + (self.symbol if unit == "money" else "") + plain + self.suffix(unit, signed)

    def interval(self, value: float | None, low: float | None, high: float | None, unit: str, *, signed: bool = False) -> str:
        """One number with its unit and interval: `$31.20 ±0.40`, or `[low, high]` where that is lopsided."""
        # Sums of the same amounts in another order differ in their last digits.
        if value is None or low is None or high is None or high - low <= 1e-12 * abs(value):
            return self.value(value, unit, signed=signed)
        decimals = max(self.decimals(value, unit), _decimals_of((high - low) / 2 * (100 if unit == "share" else 1)))
        text = self.value(value, unit, signed=signed, decimals=decimals)
        if text == NO_FIGURE:
            return text
        if abs((high - value) - (value - low)) <= 0.1 * (high - low):
            return f"{text} {self.plus_minus}{self.number((high - low) / 2, unit, decimals)}"
        low_text, high_text = (self.number(bound, unit, decimals, signed=signed) for bound in (low, high))
        return f"{text} [{low_text}, {high_text}]"

    def number(self, value: float, unit: str, decimals: int, *, signed: bool = False) -> str:
        """The bare digits; shares in per cent, thousands in groups, no negative zero."""
        rounded = round(value * 100 if unit == "share" else value, decimals) + 0.0
        return f"{rounded:+,.{decimals}f}" if signed and rounded else f"{rounded:,.{decimals}f}"

    def decimals(self, value: float, unit: str) -> int:
        """How many decimals a number of this size deserves."""
        size = abs(value)
        if unit == "share":
            return 1 if size >= 0.01 or size == 0 else 2
        if unit == "money":
            return 0 if size >= 1000 or self.currency in WHOLE else 2
        if unit == "days":
            return 0 if size >= 100 else 1
        if unit in COUNTS:
            return 0 if size >= 100 or size == round(size) else 2
        return 0 if size >= 1000 else 1 if size >= 100 else 2

    def suffix(self, unit: str, signed: bool = False) -> str:
        """What follows the digits; a difference of shares is in percentage points."""
        return " pp" if signed and unit == "share" else SUFFIXES.get(unit, "")

    @property
    def symbol(self) -> str:
        """What stands before an amount of money."""
        found = SYMBOLS.get(self.currency, "")
        if found and (found.isascii() or self.terminal.unicode):
            return found
        return cut(printable(self.currency, self.terminal.encoding), 8, self.terminal.ellipsis) + " "

    @property
    def plus_minus(self) -> str:
        """What stands before half an interval."""
        return "±" if self.terminal.unicode else "+/-"


def _decimals_of(half: float) -> int:
    """Decimals in which half an interval still shows a digit, up to four."""
    return min(max(math.ceil(-math.log10(half)), 0), 4) if math.isfinite(half) and half > 0 else 0


def probability(p: float | None) -> str:
    """A p-value as it is read."""
    if p is None:
        return ""
    return "<0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"
