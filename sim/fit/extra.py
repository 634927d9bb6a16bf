"""SciPy, which only fitting needs: an optional extra, told in a sentence where it is missing."""

from __future__ import annotations

from typing import Any

from sim.errors import RegularsError

INSTALL = "fitting needs SciPy, which is not installed: pip install 'regulars[fit]'"


def special() -> Any:
    """`scipy.special`; raises RegularsError where there is no SciPy."""
    try:
        import scipy.special
    except ImportError as missing:
        raise RegularsError(INSTALL) from missing
    return scipy.special


def stats() -> Any:
    """`scipy.stats`; raises RegularsError where there is no SciPy."""
    try:
        import scipy.stats
    except ImportError as missing:
        raise RegularsError(INSTALL) from missing
    return scipy.stats
