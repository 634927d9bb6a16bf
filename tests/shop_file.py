"""A small shop for tests of the command line."""

from __future__ import annotations

import os
from pathlib import Path

SMALL = ["--customers", "300", "--replications", "2", "--months", "18", "--workers", "1"]
"""Options for a run of some milliseconds."""
ENVIRON = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "PYTHONDONTWRITEBYTECODE": "1"}


def shop_in(folder: Path) -> str:
    """The name of a scenario file with two channels and a strategy."""
    path = folder / "shop.yaml"
    path.write_text(
        "store: {costs: {goods: 40 %}}\n"
        "channels:\n"
        "  search: {response: visits, monthly_spend: 1000, cost_per_visit: 0.5, conversion: 2 %}\n"
        "  organic: {paid: false, customers: 20}\n"
        "strategies: {welcome: {}}\n"
    )
    return str(path)
