"""What the heading of a column of amounts says beside its name: the currency, and whether it counts in cents."""

from __future__ import annotations

import re

from sim.orders.amounts import SYMBOLS
from sim.orders.words import CODES

SIGNS = {sign: SYMBOLS[sign] for sign in ("€", "£", "zł", "Kč", "₹", "₺", "₪", "₴")}
"""Signs that stand for one currency."""
_CENTS = re.compile(r"(?<![a-z])(?:in )?(?:euro)?(?:cents?|ct|pence|centimes?|centavos?|grosz[ey]?|minor units?)$", re.I)
_COARSE = re.compile(r"(?<![a-z])(?:k|m|t|tsd|mio|thousands?|millions?|t€|k€|k\$)\.?$", re.IGNORECASE)
_BRACKETS = re.compile(r"[\(\[][^\)\]]*[\)\]]")


def bare(heading: str) -> str:
    """The heading without a currency, cents and what stands in brackets; as it is where amounts are not of single units."""
    words = _unbracketed(heading)
    if _COARSE.search(words):
        return heading
    short = _CENTS.sub("", words).strip(" _-/")
    code = _currency_word(short)
    if code:
        short = re.sub(r"[\s_/-]in$", "", short[: -len(code)].rstrip(" _-/"), flags=re.IGNORECASE)
    return _BRACKETS.sub("", heading) if short == words else short


def currency_of(heading: str) -> str:
    """The currency that a heading names, as a code; empty where it names none, or a sign of several."""
    signs = {code for sign, code in SIGNS.items() if sign in heading}
    if len(signs) == 1:
        return signs.pop()
    word = _currency_word(_CENTS.sub("", _unbracketed(heading)).strip(" _-/"))
    return word.upper() if word.upper() in CODES else ""


def cents_of_one(heading: str) -> int:
    """Cents in 1 of the amounts under this heading: 1 where it says that they are cents, else 100."""
    return 1 if _CENTS.search(_unbracketed(heading)) else 100


def _unbracketed(heading: str) -> str:
    """`Total (EUR)` as `Total EUR`, so that brackets say no more than words do."""
    return re.sub(r"\s+", " ", re.sub(r"[\(\)\[\]]", " ", heading)).strip()


def _currency_word(words: str) -> str:
    """The currency at the end of a heading as it is written there; empty where there is none."""
    apart = re.search(r"(?:^|[\s_/-])([A-Za-z]{3})$", words)
    if apart and apart[1].upper() in CODES and apart.start():
        return apart[1]
    sign = next((sign for sign in (*SIGNS, "$") if words.endswith(sign)), "")
    return sign if len(words) > len(sign) else ""
