"""What a metric means: how it is worked out, what is counted, and why there may be no figure."""

from __future__ import annotations

from sim.metrics.catalogue import METRICS
from tui.board import Board
from tui.workspace import Workspace


def meaning(metric: str, workspace: Workspace, board: Board) -> list[str]:
    """A sentence each: the formula, why scenarios have no figure, what is counted, and who defined it so."""
    if metric not in METRICS:
        return []
    declared = METRICS[metric]
    lacking: dict[str, list[str]] = {}
    for slot in workspace.ordered:
        found = board.shown[slot.letter].result.metrics.get(metric) if slot.letter in board.shown else None
        if found is not None and found.reason:
            lacking.setdefault(found.reason, []).append(slot.letter)
    told = [f"{declared.label} = {declared.formula}"]
    told += [f"{', '.join(letters)}: {reason}" for reason, letters in lacking.items()]
    told.append(" ".join(declared.definition.split()))
    return [*told, f"Source: {declared.source}"] if declared.source else told
