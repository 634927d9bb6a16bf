"""Places in a YAML text: where an entry ends, where a new one goes, and which comments lie between."""

from __future__ import annotations

from collections.abc import Sequence

from sim.files.yaml_spans import BREAK, Part, Spans

STEP = 2
"""Spaces by which a section is indented where the text shows no other custom."""


def behind(spans: Spans, mapping: Part, key: str, order: Sequence[str]) -> int:
    """Where the line of a new key of a block goes: behind its nearest predecessor, in front of all if it has none, or
    behind them all where nothing is known of it."""
    if key not in order:
        pair = mapping.entries[-1]
    else:
        before = list(order[: order.index(key)])
        there = [pair for pair in mapping.entries if pair[0].value in before]
        if not there:
            return _front(spans, mapping)
        pair = max(there, key=lambda pair: before.index(pair[0].value))
    return line_after(spans, end_of(spans, pair), pair[1])


def _front(spans: Spans, mapping: Part) -> int:
    """Where a line in front of a block's first key goes: above the comment that belongs to that key, but below the one
    that the file begins with."""
    first = place = spans.line_start(mapping.entries[0][0].start)
    while place:
        above = spans.line_start(place - 1)
        if not spans.text[above:place].lstrip().startswith("#"):
            return place
        place = above
    return first


def end_of(spans: Spans, pair: tuple[Part, Part]) -> int:
    """Where an entry ends: with its value, or with the colon of one that has none."""
    key, value = pair
    if value.empty and not spans.text[: value.start].endswith(":"):
        return key.end
    return max(key.end, value.end)


def line_after(spans: Spans, end: int, value: Part) -> int:
    """Where the line behind an entry begins; the end of the text where there is none."""
    last = value
    while last.entries or last.items:
        last = last.entries[-1][1] if last.entries else last.items[-1]
    if last.style in ("|", ">") and spans.text[end - 1 : end] in ("\n", "\r"):
        return end  # such a text may own the empty lines behind it
    stop = spans.line_end(end)
    found = BREAK.match(spans.text, stop)
    return found.end() if found else stop


def step_of(spans: Spans) -> int:
    """By how much the text indents its sections."""
    root = spans.root
    assert root is not None
    steps = [
        spans.indent(value) - spans.indent(root)
        for _, value in root.entries
        if not root.flow and value.kind == "mapping" and not value.flow and value.entries
    ]
    return steps[0] if steps and steps[0] > 0 else STEP


def comments(spans: Spans, value: Part, start: int, stop: int) -> str:
    """The comment lines between the first and the last line of a value, each with its break."""
    literal = [(each.start, each.end) for each in _scalars(value)]
    kept, place = [], start
    while place < stop:
        end = spans.line_end(place)
        found = BREAK.match(spans.text, end)
        after = found.end() if found else end
        line = spans.text[place:after]
        if line.lstrip().startswith("#") and not any(first < place < last for first, last in literal):
            kept.append(line)
        place = max(after, place + 1)
    return "".join(kept)


def spaced(text: str) -> str:
    """The text with a space behind a colon that ends it: `{email:,` would be a word."""
    return f"{text} " if text.endswith(":") else text


def _scalars(part: Part) -> list[Part]:
    inner = [*part.items, *(each for pair in part.entries for each in pair)]
    return [part] if part.kind == "scalar" else [found for each in inner for found in _scalars(each)]
