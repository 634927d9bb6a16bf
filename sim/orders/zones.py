"""Time zones: which day an order fell on depends on whose clock is looked at."""

from __future__ import annotations

import datetime
import zoneinfo

import numpy as np
from numpy.typing import NDArray

from sim.orders.account import Telling, many
from sim.orders.faults import Column, refused

Ints = NDArray[np.int64]
UNKNOWN = 1 << 20
"""Stands for an offset that is not told."""
MINUTE, HALF_HOUR = 60_000_000, 1_800_000_000
SUMMER = 60
"""Minutes by which the offsets of one place differ over the year, in all but one."""


def in_zone(
    wall: Ints, offset: Ints, bad: int, column: Column, lines: Ints, zone: str | None, telling: Telling
) -> Ints:
    """The moments by the clock of a zone, or as they are written where none is asked for, which is said.

    `offset` is in minutes. Raises BadInput for an unknown zone, and for one where a moment has no offset to tell it by.
    """
    good = wall != bad
    known = good & (offset != UNKNOWN)
    if zone is None:
        without = int(np.count_nonzero(good)) - int(np.count_nonzero(known))
        _say(offset if known.all() else offset[known], without, telling)
        return wall
    try:
        rules = zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        message = f"there is no time zone '{zone[:60]}'"
        raise refused("--time-zone", message, allowed="a name such as Europe/Berlin or UTC") from None
    unknown = np.flatnonzero(good & ~known)
    if unknown.size:
        raise refused(
            telling.file, "this date has no offset from UTC, so it cannot be told by the clock of another zone",
            line=int(lines[unknown[0]]), column=column, allowed="no --time-zone: dates as they are written",
        )  # fmt: skip
    told = wall.copy()
    told[known] = _by_clock(wall[known] - offset[known] * MINUTE, rules)
    telling.recognised.append(f"times: by the clock of {zone}")
    return told


def _by_clock(utc: Ints, rules: zoneinfo.ZoneInfo) -> Ints:
    """Zones change their offset at full or half hours of UTC, so one look-up serves all of a half hour."""
    halves, which = np.unique(utc // HALF_HOUR, return_inverse=True)
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    shifts = [
        (epoch + datetime.timedelta(microseconds=half * HALF_HOUR)).astimezone(rules).utcoffset() or datetime.timedelta()
        for half in halves.tolist()
    ]
    return utc + np.array([round(shift.total_seconds() * 1e6) for shift in shifts], dtype=np.int64)[which]


def _say(offsets: Ints, without: int, telling: Telling) -> None:
    if not offsets.size:
        return
    found = offsets[:1] if (offsets == offsets[0]).all() else np.unique(offsets)
    if found.size == 1 and found[0] == 0:
        telling.recognised.append("times: UTC as written, so days are days of UTC (of another zone: --time-zone)")
    else:
        telling.recognised.append(f"times: the shop's clock as written, offsets {', '.join(map(_offset_text, found[:4]))}")
    if found[-1] - found[0] > SUMMER:
        telling.remarks.append("times come from several zones: each order counts on the day of its own (one zone: --time-zone)")
    if without:
        telling.remarks.append(f"{many(without, 'row')} without a time zone beside rows with one: taken as they are written")


def _offset_text(minutes: int) -> str:
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
