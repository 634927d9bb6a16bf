"""Editing a YAML text: a value set or a key taken away, every other line as it was, comments and order included."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from sim.files.yaml_places import STEP, behind, comments, end_of, line_after, spaced, step_of
from sim.files.yaml_spans import BREAK, Part, Spans

Value: TypeAlias = "str | Mapping[str, Value]"
"""A value as it is written in one line, or a section of such."""
Path = Sequence[str]

WIDTH = 110
"""Sections are written within braces as long as their line is no longer than this."""
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


def with_value(text: str, path: Path, value: Value, order: Sequence[str] = ()) -> str:
    """The text with a value set; sections and keys that are not there are made.

    A new key stands behind that of its neighbours which comes before it in `order`, else at the end of its section.
    Raises ValueError where the text holds no mapping.
    """
    return _edited(text, lambda spans: _set(spans, path, value, order), path)


def without(text: str, path: Path) -> str:
    """The text without a key and its value; comments on lines of their own stay. Unchanged where there is no such key."""
    return _edited(text, lambda spans: _removed(spans, path), path)


def value_text(text: str, path: Path) -> str | None:
    """A scalar's value as it is written, quotes included; None where no scalar of one line stands there."""
    spans = _spans(text.removeprefix(BOM))
    found = _leaf(spans, path)
    if found is not None and found.kind == "alias":
        found = spans.anchors[found.value]
    if found is None or found.kind != "scalar" or found.empty:
        return None
    written = spans.text[found.start : found.end]
    if found.anchor:
        written = written.removeprefix(f"&{found.anchor}").lstrip()
    return None if BREAK.search(written) else written


def has(text: str, path: Path) -> bool:
    """Whether the text has the key."""
    return _leaf(_spans(text.removeprefix(BOM)), path) is not None


def section(value: Value, indent: int, newline: str, step: int = STEP) -> str:
    """A section as a block below its key, beginning with the line break."""
    assert not isinstance(value, str)
    lines = []
    for key, inner in value.items():
        lines.append(_line(key, inner, indent, newline, step))
    return newline + newline.join(lines)


def _line(key: str, value: Value, indent: int, newline: str, step: int) -> str:
    """A key with its value, in one line or, for what is a section of the file or long, with a block below."""
    short = flow(value)
    one = isinstance(value, str) or (indent > 0 and indent + len(key) + len(short) + 2 <= WIDTH)
    return f"{' ' * indent}{key}:" + (f" {short}" if one else section(value, indent + step, newline, step))


def flow(value: Value) -> str:
    """A value in one line."""
    if isinstance(value, str):
        return value
    return "{" + ", ".join(f"{key}: {flow(inner)}" for key, inner in value.items()) + "}"


def _spans(text: str) -> Spans:
    spans = Spans.of(text)
    if spans.root is None or spans.root.kind != "mapping":
        raise ValueError("the text holds no mapping")
    return spans


def _edited(text: str, edit: Callable[[Spans], str], path: Path) -> str:
    mark = BOM if text.startswith(BOM) else ""
    spans = _spans(text.removeprefix(mark))
    if _shared(spans, path):
        spans = _spans(_expanded(spans))
    return mark + edit(spans)


def _leaf(spans: Spans, path: Path) -> Part | None:
    """The value at a path, aliases followed."""
    part = spans.root
    for key in path:
        if part is not None and part.kind == "alias":
            part = spans.anchors[part.value]
        pair = part.entry(key) if part is not None else None
        part = pair[1] if pair else None
    return part


def _shared(spans: Spans, path: Path) -> bool:
    """Whether a change at the path would also change what an alias stands for, or be made through one."""
    part = spans.root
    used = {alias.value for alias in spans.aliases}
    for place, key in enumerate(path):
        pair = part.entry(key) if part is not None else None
        if pair is None:
            return False
        part = pair[1]
        if part.anchor in used or (part.kind == "alias" and place < len(path) - 1):
            return True
    return part is not None and _anchors(part) & used != set()


def _anchors(part: Part) -> set[str]:
    """The anchors within a part."""
    inner = [*part.items, *(each for pair in part.entries for each in pair)]
    return {part.anchor} - {""} | {name for each in inner for name in _anchors(each)}


def _expanded(spans: Spans) -> str:
    """The text with every alias written out."""
    text = spans.text
    for alias in sorted(spans.aliases, key=lambda alias: -alias.start):
        text = text[: alias.start] + spans.flow(alias) + text[alias.end :]
    return text


def _set(spans: Spans, path: Path, value: Value, order: Sequence[str]) -> str:
    part = spans.root
    assert part is not None
    for depth, key in enumerate(path):
        last = depth == len(path) - 1
        pair = part.entry(key)
        if pair is None:
            return _added(spans, part, key, _nested(path[depth + 1 :], value), order if last else ())
        if last or pair[1].kind != "mapping":
            return _replaced(spans, part, pair, _nested(path[depth + 1 :], value))
        part = pair[1]
    raise ValueError("an empty path")


def _nested(path: Path, value: Value) -> Value:
    for key in reversed(path):
        value = {key: value}
    return value


def _replaced(spans: Spans, parent: Part, pair: tuple[Part, Part], value: Value) -> str:
    """Another value under a key that is there."""
    key, old = pair
    text = spans.text
    if old.empty:
        place = old.start if text[: old.start].endswith(":") else key.end
        colon = "" if text[: old.start].endswith(":") else ":"
        rest = text[place:]
        if not parent.flow and not isinstance(value, str):
            end = spans.line_end(place)
            body = section(value, spans.indent(parent) + step_of(spans), spans.newline, step_of(spans))
            return text[:place] + colon + text[place:end] + body + text[end:]
        gap = "" if not rest or BREAK.match(rest) or rest[0] in ",}] \t" else " "
        return f"{text[:place]}{colon} {flow(value)}{gap}{rest}"
    end = old.end
    if old.kind == "scalar" and old.style in ("|", ">"):
        end = old.start + len(text[old.start : end].rstrip())
    new = text[: old.start] + flow(value)
    kept = comments(spans, old, spans.line_end(old.start), end)
    stop = spans.line_end(end) if kept else end
    return new + text[end:stop] + (spans.newline + BREAK.sub(spans.newline, kept.strip("\r\n")) if kept else "") + text[stop:]


def _added(spans: Spans, mapping: Part, key: str, value: Value, order: Sequence[str]) -> str:
    """A key that is not there yet, in a section that is."""
    text = spans.text
    if mapping.flow:
        new = f"{key}: {flow(value)}"
        if not mapping.entries:
            inside = mapping.start + text[mapping.start : mapping.end].index("{") + 1
            return text[:inside] + new + text[inside:]
        end = end_of(spans, mapping.entries[-1])
        return f"{spaced(text[:end])}, {new}{text[end:]}"
    indent, newline, step = spans.indent(mapping), spans.newline, step_of(spans)
    line = _line(key, value, indent, newline, step)
    place = behind(spans, mapping, key, order)
    if place and not BREAK.match(text[place - 1]):
        return text[:place] + newline + line + text[place:]
    return text[:place] + line + newline + text[place:]


def _removed(spans: Spans, path: Path) -> str:
    mapping = spans.root
    for key in path[:-1]:
        pair = mapping.entry(key) if mapping is not None else None
        mapping = pair[1] if pair else None
    pair = mapping.entry(path[-1]) if mapping is not None else None
    if mapping is None or pair is None:
        return spans.text
    if mapping.flow:
        return _without_flow(spans, mapping, pair)
    start, stop = spans.line_start(pair[0].start), line_after(spans, end_of(spans, pair), pair[1])
    kept = comments(spans, pair[1], start, stop)
    return spans.text[:start] + kept + spans.text[stop:]


def _without_flow(spans: Spans, mapping: Part, pair: tuple[Part, Part]) -> str:
    """An entry of braces taken out with one of the commas beside it; comments between stay."""
    text = spans.text
    place = mapping.entries.index(pair)
    start, end = pair[0].start, end_of(spans, pair)
    comma = re.compile(r"[ \t]*,[ \t]*").match(text, end)
    if comma and place < len(mapping.entries) - 1:
        return text[:start] + text[comma.end() :]
    if place:
        before = end_of(spans, mapping.entries[place - 1])
        if re.fullmatch(r"[ \t]*,\s*", text[before:start]):
            return spaced(text[:before]) + text[end:]
    return text[:start] + text[comma.end() if comma else end :]
