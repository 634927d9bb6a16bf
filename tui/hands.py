"""Who does the lab's work, as all that asks for work sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from sim.errors import RegularsError


class Hands(Protocol):
    """Who does the work."""

    size: int
    replaced: int

    async def urgent(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """What a call returns, at once."""

    async def patient(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """What a call returns, when there is time."""


def said(error: Exception) -> str:
    """What went wrong, for the user: an expected failure in its own words."""
    return str(error) if isinstance(error, RegularsError) else f"{type(error).__name__}: {error}"
