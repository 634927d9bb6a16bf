"""A table as Parquet, which takes the extra `pyarrow`."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from sim.errors import RegularsError
from sim.orders.account import Telling
from sim.orders.cells import Cells
from sim.orders.faults import refused
from sim.orders.headings import layout, named
from sim.orders.options import OrderOptions
from sim.orders.raw import Gathering, Raw, needs_fingerprints, part_of


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
        plan = layout(named(file.schema_arrow.names), options.columns(), telling.file)
        telling.form = plan.form
        telling.recognised.append("Parquet")
        names = {role: file.schema_arrow.names[column.number - 1] for role, column in plan.roles.items()}
        gathering = Gathering(plan, telling.file)
        whole = file.read() if needs_fingerprints(plan) else file.read(columns=sorted(set(names.values())))
    except (pyarrow.ArrowException, OSError, ValueError) as fault:
        raise refused(telling.file, f"is cut short or damaged Parquet: {str(fault).splitlines()[0][:80]}") from None
    telling.rows = whole.num_rows
    columns = {role: Cells.of(_texts(whole.column(name), pyarrow)) for role, name in names.items()}
    prints = None
    if needs_fingerprints(plan):
        prints = np.fromiter(map(hash, zip(*map(_texts_or_bytes, whole.columns), strict=True)), np.int64, whole.num_rows)
    gathering.add(part_of(columns, np.arange(1, whole.num_rows + 1), prints))
    return gathering.finish(telling)


def _texts_or_bytes(column: Any) -> list[str]:
    return [str(value) for value in column.to_pylist()]


def _texts(column: Any, pyarrow: Any) -> list[bytes]:
    """A column's values as a CSV would write them; nothing for null."""
    kind = column.type
    types = pyarrow.types
    if types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if types.is_floating(kind):
        # To a hundredth of a cent, and never as 1e+06.
        return [b"" if value is None or value != value else f"{value:.4f}".encode() for value in column.to_pylist()]
    if types.is_timestamp(kind) and kind.tz is not None:
        column = column.cast(pyarrow.timestamp("us", "UTC"))
    if types.is_binary(kind) or types.is_large_binary(kind):
        return [value or b"" for value in column.to_pylist()]
    return [b"" if value is None else value.encode() for value in column.cast(pyarrow.string()).to_pylist()]
