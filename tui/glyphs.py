"""The signs that the lab draws with, and what stands for them where only ASCII arrives."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Glyphs:
    """One sign for each part of the screen; each takes one cell."""

    line: str = "─"
    way: str = "━"
    thumb: str = "●"
    tick: str = "┃"
    left: str = "‹"
    right: str = "›"
    open: str = "▾"
    shut: str = "▸"
    on: str = "■"
    off: str = "□"
    here: str = "▶"
    pin: str = "◆"
    done: str = "✓"
    more: str = "…"
    up: str = "▲"
    down: str = "▼"
    same: str = "·"
    full: str = "█"
    empty: str = "░"
    wall: str = "│"
    cross: str = "│"
    dash: str = "–"
    shades: str = " ░▒▓█"


UNICODE = Glyphs()
ASCII = Glyphs(
    line="-", way="=", thumb="o", tick="|", left="<", right=">", open="v", shut=">", on="#", off=".", here=">", pin="*",
    done="+", more="~", up="^", down="v", same=".", full="#", empty=".", wall="|", cross="|", dash="-", shades=" .:+#",
)  # fmt: skip
PLAIN_KEYS = {"←": "<", "→": ">", "↑": "^", "↓": "v", "⏎": "enter", "⌫": "backspace", "⌦": "delete"}
"""Signs of keys in ASCII."""
