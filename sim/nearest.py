"""The nearest known name to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 64
"""Names longer than this are no typing mistakes; comparing them would only cost time."""


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that `name` was most likely meant to be; empty where none is near."""
    if len(name) > LONGEST:
        return ""
    from difflib import get_close_matches  # only mistakes pay for the import

    plain = {candidate.lower().replace("-", "_"): candidate for candidate in known}
    found = get_close_matches(name.strip().lower().replace("-", "_").replace(" ", "_"), plain, 1, 0.6)
    return plain[found[0]] if found else ""
