"""A table as Parquet, which takes the extra `pyarrow`."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from sim.errors import RegularsError
from sim.orders.account import Telling
from sim.orders.cells import Cells
from sim.orders.faults import Column, refused
from sim.orders.headings import layout, named
from sim.orders.options import OrderOptions
from sim.orders.overlooked import LOOKED_AT, overlooked
from sim.orders.raw import Gathering, Raw, needs_fingerprints, part_of

THREE = 3


def read_parquet(stream: io.BufferedReader, options: OrderOptions, telling: Telling) -> Raw:
    """The needed columns of a Parquet file, as text. Raises BadInput for a damaged file, RegularsError without pyarrow."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise RegularsError(
            f"{telling.file}: Parquet files take the package pyarrow: pip install 'regulars[parquet]', or export CSV"
        ) from None
    try:
        file = pyarrow.parquet.ParquetFile(pyarrow.BufferReader(stream.read()))
        names = file.schema_arrow.names
        plan = layout(named(names), options.columns(), telling.file)
        telling.form = plan.form
        telling.recognised.append("Parquet")
        every = needs_fingerprints(plan) or len(set(names)) < len(names)
        whole = file.read(columns=None if every else sorted({names[column.number - 1] for column in plan.roles.values()}))
        sample = next(file.iter_batches(LOOKED_AT), whole)
    except (pyarrow.ArrowException, OSError, ValueError) as fault:
        raise refused(telling.file, f"is cut short or damaged Parquet: {str(fault).splitlines()[0][:80]}") from None
    telling.rows = whole.num_rows
    gathering = Gathering(plan, telling.file)
    if whole.num_rows:
        columns = {
            role: Cells.of(_texts(whole.column(column.number - 1 if every else names[column.number - 1]), column, telling.file))
            for role, column in plan.roles.items()
        }
        prints = None
        if needs_fingerprints(plan):
            prints = np.fromiter(map(hash, zip(*map(_texts_or_bytes, whole.columns), strict=True)), np.int64, whole.num_rows)
        gathering.add(part_of(columns, np.arange(1, whole.num_rows + 1), prints))
        overlooked(plan, lambda column: [each.encode() for each in _texts_or_bytes(sample.column(column.number - 1))], telling)
    return gathering.finish(telling)


def _texts_or_bytes(column: Any) -> list[str]:
    return ["" if value is None else str(value) for value in column.to_pylist()]


def _texts(column: Any, heading: Column, file: str) -> list[bytes]:
    """A column's values as a CSV would write them; nothing for null. Raises BadInput for lists, maps and the like."""
    import pyarrow

    types = pyarrow.types
    if types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    if types.is_nested(kind):
        raise refused(file, f"{heading} holds a {str(kind).partition('<')[0]} in each row, not one value", column=heading)
    if types.is_floating(kind):
        return [_number(value) for value in column.to_pylist()]
    if types.is_timestamp(kind) and kind.tz is not None:
        return _moments(column)
    if types.is_binary(kind) or types.is_large_binary(kind):
        return [value or b"" for value in column.to_pylist()]
    texts = [b"" if value is None else value.encode() for value in column.cast(pyarrow.string()).to_pylist()]
    # Three decimals of a number are no thousands, as they may be in a text.
    return [text + b"0" if text else b"" for text in texts] if types.is_decimal(kind) and kind.scale == THREE else texts


def _number(value: float | None) -> bytes:
    """To a hundredth of a cent, and never as 1e+06."""
    if value is None or value != value:
        return b""
    return f"{value:.0f}".encode() if value.is_integer() else f"{value:.4f}".encode()


def _moments(column: Any) -> list[bytes]:
    """Moments by the clock of the column's own zone, with its offset; of UTC where the zone is not known here."""
    import pyarrow
    from pyarrow import compute

    try:
        told = compute.strftime(column, format="%Y-%m-%dT%H:%M:%S%z")
    except pyarrow.ArrowException:
        told = column.cast(pyarrow.timestamp("us", "UTC")).cast(pyarrow.string())
    return [b"" if value is None else value.encode() for value in told.to_pylist()]
