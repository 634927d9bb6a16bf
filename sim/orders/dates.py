"""A column of dates as moments: every usual form, and no order of day and month that the column does not prove."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from sim.orders.abreast import abreast
from sim.orders.account import Telling, many
from sim.orders.cells import Ints
from sim.orders.date_shapes import COUNTED, NUMBERS, DateShape, date_shape
from sim.orders.faults import Column, refused
from sim.orders.options import OrderOptions
from sim.orders.shapes import Group, groups
from sim.orders.texts import Texts
from sim.orders.zones import UNKNOWN, in_zone

SECOND, DAY = 1_000_000, 86_400_000_000
BAD = np.iinfo(np.int64).min
"""Stands for a date that cannot be read."""
SERIAL_ZERO = -25_569
"""Day 0 of spreadsheets, 1899-12-30, from 1970."""
SHORTEST = 28
"""Days that every month has."""
CENTURY = 80
"""Years of two digits from here on are of the twentieth century."""


@dataclass(frozen=True)
class Moments:
    """When things happened: microseconds since 1970 by the clock on the wall."""

    wall: Ints
    """`BAD` where the cell is no date."""
    timed: bool
    """Whether the column tells more than days."""


def moments(cells: Texts, column: Column, lines: Ints, options: OrderOptions, telling: Telling) -> Moments:
    """The moments of a column, one a cell, and in the account how they were understood.

    Raises BadInput where the order of day and month is open, where it changes, and for an unknown time zone.
    """
    read = [(group, shape) for group in groups(cells) if (shape := date_shape(group.shape)) is not None]
    chosen = _order(read, column, lines, options, telling)
    wall = np.full(len(cells), BAD, dtype=np.int64)
    offset: Ints | None = None
    timed = False
    for (group, _), (found, later, told) in zip(read, abreast(partial(_moments, chosen), read), strict=True):
        wall[group.rows] = found
        timed |= later
        if told is not None:
            offset = np.full(len(cells), UNKNOWN, dtype=np.int64) if offset is None else offset
            offset[group.rows] = told
    _say(read, telling)
    if offset is not None or options.time_zone is not None:
        offset = np.full(len(cells), UNKNOWN, dtype=np.int64) if offset is None else offset
        wall = in_zone(wall, offset, BAD, column, lines, options.time_zone, telling)
    return Moments(wall, timed)


def _moments(order: str, read: tuple[Group, DateShape]) -> tuple[Ints, bool, Ints | int | None]:
    """Microseconds since 1970 for a group, whether any is later than midnight, and what `_offset` says."""
    group, shape = read
    days, inside = _counted(group, shape) if shape.kind == COUNTED else _written(group, shape, order)
    wall = days * DAY if inside is None else days * DAY + inside
    bad = days == BAD
    if bad.any():
        wall = np.where(bad, BAD, wall)
    told = _offset(group, shape)
    group.pairs.clear()
    return wall, inside is not None and bool(inside.any()), told


def _say(read: Sequence[tuple[Group, DateShape]], telling: Telling) -> None:
    two = sum(group.size for group, shape in read if _short_year(shape))
    if two:
        telling.recognised.append(f"years of two digits: 80 to 99 are 1980 to 1999, the others from 2000 on ({two:,} rows)")
    units = {DAY: "days of a spreadsheet", SECOND: "seconds since 1970, UTC", 1_000: "milliseconds since 1970, UTC"}
    for unit, name in units.items():
        count = sum(group.size for group, shape in read if shape.unit == unit)
        if count:
            telling.recognised.append(f"dates that are numbers: taken for {name} ({many(count, 'row')})")


def _short_year(shape: DateShape) -> bool:
    return shape.kind != COUNTED and (len(shape.places.get("y", range(4))) == 2 or len(shape.places.get("c", range(4))) == 2)


def _order(
    read: Sequence[tuple[Group, DateShape]], column: Column, lines: Ints, options: OrderOptions, telling: Telling
) -> str:
    """Which of the numbers are day, month and year: as the user says, or as the only order that all cells allow."""
    open_ones = [(group, shape) for group, shape in read if shape.kind == NUMBERS]
    if not open_ones:
        return ""
    group, _ = open_ones[0]
    example, line = group.example.decode(), int(lines[group.line])
    if options.date_order is not None:
        telling.recognised.append(f"dates such as {example}: {_words(options.date_order)}, as said")
        return options.date_order
    short = any(_short_year(shape) for _, shape in open_ones)
    possible = [order for order in (("dmy", "mdy", "ymd") if short else ("dmy", "mdy")) if _fits(open_ones, order)]
    if len(possible) == 1:
        telling.recognised.append(f"dates such as {example}: {_words(possible[0])}, the only order that all rows allow")
        return possible[0]
    if "dmy" in possible and all(shape.separator == b"." for _, shape in open_ones):
        points = "day.month.year, as dates with points are written (else: --date-order)"
        telling.recognised.append(f"dates such as {example}: {points}")
        return "dmy"
    if possible:
        raise refused(
            telling.file, f"'{example}' may be {' or '.join(map(_words, possible))}, and no row of the column decides it",
            line=line, column=column, allowed=" or ".join(f"--date-order {order}" for order in possible),
        )  # fmt: skip
    raise refused(
        telling.file, f"dates such as '{example}' have their day and month in different orders in different rows", line=line,
        column=column, allowed="one order in a file; with --date-order dmy or mdy the other rows are told",
    )  # fmt: skip


def _words(order: str) -> str:
    return "-".join({"d": "day", "m": "month", "y": "year"}[letter] for letter in order)


def _fits(read: Sequence[tuple[Group, DateShape]], order: str) -> bool:
    """Whether no month would be beyond the twelfth and no day beyond the thirty-first."""
    for group, shape in read:
        _, month, day = _parts(group, shape, order)
        if month.max() > 12 or day.max() > 31:
            return False
    return True


def _parts(group: Group, shape: DateShape, order: str) -> tuple[Ints, Ints, Ints]:
    """Year, month and day of the cells of a shape."""
    places = shape.places
    if shape.kind == NUMBERS:
        if order == "ymd" and len(places["c"]) == 4:
            order = "dmy"
        named = dict(zip(order, (places["a"], places["b"], places["c"]), strict=True))
    else:
        named = {letter: places[letter] for letter in "ymd" if letter in places}
    year = group.number(named["y"])
    if len(named["y"]) == 2:
        year += np.where(year >= CENTURY, 1900, 2000)
    elif len(named["y"]) == 1:
        year = np.full_like(year, -1)
    month = group.number(named["m"]) if "m" in named else np.full(1, shape.month)
    return year, month, group.number(named["d"])


def _days(year: Ints, month: Ints, day: Ints) -> Ints:
    """Days since 1970; `BAD` for what no calendar has."""
    if not year.size:
        return day
    first_year, last_year = max(int(year.min()), 1), max(int(year.max()), 1)
    # The first day of every month that occurs, and how many days it has.
    months = np.arange(f"{first_year:04}-01", f"{last_year + 1:04}-02", dtype="datetime64[M]")
    firsts = months.astype("datetime64[D]").astype(np.int64)
    lengths = np.diff(firsts)
    place = year * 12 + (month - (first_year * 12 + 1))
    if year.min() > 0 and month.min() > 0 and month.max() < 13 and day.min() > 0:
        days: Ints = firsts.take(place) + (day - 1)
        if day.max() > SHORTEST:
            days[day > lengths.take(place)] = BAD
        return days
    possible = (year > 0) & (month >= 1) & (month <= 12) & (day >= 1)
    place = np.where(possible, place, 0)
    possible &= day <= lengths[place]
    return np.where(possible, firsts[place] + day - 1, BAD)


def _written(group: Group, shape: DateShape, order: str) -> tuple[Ints, Ints | None]:
    """Days since 1970 and microseconds within the day, None where the shape has no time."""
    days = _days(*_parts(group, shape, order))
    places = shape.places
    if "hour" not in places:
        return days, None
    hour, minute = group.number(places["hour"]), group.number(places["minute"])
    second = group.number(places.get("second", ()))
    if shape.afternoon is not None:
        wrong = (hour > 12) | (hour < 1)
        hour = np.where(wrong, 99, hour % 12 + 12 * shape.afternoon)
    inside = ((hour * 60 + minute) * 60 + second) * SECOND
    if "fraction" in places:
        digits = places["fraction"][:6]
        inside = inside + group.number(digits) * 10 ** (6 - len(digits))
    if hour.max() < 24 and minute.max() < 60 and second.max() < 60:
        return days, inside
    wrong = (minute > 59) | (second > 60) | (inside > DAY)
    # 24:00 and a leap second are the next day's midnight, or near it.
    days = np.where(wrong | (days == BAD), BAD, days + inside // DAY)
    return days, inside % DAY


def _counted(group: Group, shape: DateShape) -> tuple[Ints, Ints]:
    whole, rest = group.number(shape.places["whole"]), shape.places["rest"]
    part = group.number(rest) / 10.0 ** len(rest) if len(rest) else np.zeros(1)
    micros = whole * shape.unit + np.rint(part * shape.unit).astype(np.int64)
    if shape.unit == DAY:
        # To the second: a day's fraction is written with some ten digits.
        micros = (micros + SECOND // 2) // SECOND * SECOND + SERIAL_ZERO * DAY
    return micros // DAY, micros % DAY


def _offset(group: Group, shape: DateShape) -> Ints | int | None:
    """Minutes by which the clock on the wall is before UTC; None where the cell does not say."""
    if shape.utc or shape.kind == COUNTED:
        return None if shape.unit == DAY else 0
    if not shape.offset_sign:
        return None
    minutes = group.number(shape.places["off_hour"]) * 60
    if "off_minute" in shape.places:
        minutes += group.number(shape.places["off_minute"])
    return shape.offset_sign * minutes

