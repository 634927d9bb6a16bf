"""Showing: the board from the findings, with the best that is known of each scenario at this moment."""

from __future__ import annotations

import dataclasses

from tui.board import PREVIEW, Board, Shown
from tui.cache import Kept, Key
from tui.findings import STATES, Findings, shown_of
from tui.moved import bare, moved
from tui.workspace import Slot


class Showing:
    """Remembers what was shown, so that nothing falls back while something better is computed."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self._moved: Kept[tuple[Shown, object, object]] = Kept(STATES)
        self._anchors: dict[str, Slot] = {}
        """By letter, the last scenario that was shown refined: previews are moved from there."""
        self._last: dict[str, Shown] = {}
        """By letter, what was shown last."""
        self._latest: dict[str, int] = {}
        """By letter, the turn of the preview that was shown last."""

    def board(self, busy: bool) -> Board:
        """What is known now."""
        findings = self.findings
        workspace = findings.workspace
        found = {slot.letter: findings.problem(slot) for slot in workspace.slots}
        slots = [slot for slot in workspace.ordered if not found[slot.letter]]
        whole = findings.whole(slots)
        shown = {}
        for place, slot in enumerate(slots):
            known = shown_of(whole, place) if whole else self._known(slot)
            if known is not None:
                shown[slot.letter] = known
        for slot in workspace.slots:
            if slot.letter not in shown and slot.letter in self._last:
                shown[slot.letter] = dataclasses.replace(self._last[slot.letter], current=False)
        self._last = dict(shown)
        for slot in slots:
            if slot.letter in shown and shown[slot.letter].current and shown[slot.letter].stage != PREVIEW:
                self._anchors[slot.letter] = slot
        target = findings.target
        done = {slot.letter: findings.done(slot) for slot in slots}
        return Board(
            shown=shown,
            problems={letter: text for letter, text in found.items() if text},
            done=min(done.get(workspace.focus, 0), target),
            target=target,
            refined=frozenset(letter for letter, count in done.items() if count >= target),
            comparison=whole if len(slots) == len(workspace.slots) else None,
            busy=busy,
        )

    def _known(self, slot: Slot) -> Shown | None:
        """The best that is known of a scenario as it is now."""
        findings = self.findings
        pair, result = findings.pair(slot), findings.preview(slot)
        if pair is not None or result is None:
            return pair
        anchor = self._anchors.get(slot.letter)
        before = None if anchor is None else findings.preview(anchor)
        refined = None if anchor is None else findings.pair(anchor)
        from_there = None if refined is None else refined.result
        from_here = (findings.key(slot), id(from_there), id(before))
        made = self._moved.get(from_here)
        if made is None:
            # Holding what it was made from keeps their ids from being others'.
            still = bare(result) if before is None or from_there is None else moved(from_there, before, result)
            made = Shown(still, PREVIEW), from_there, before
            self._moved.put(from_here, made)
        return made[0]

    def show_late(self, slot: Slot, key: Key, turn: int) -> None:
        """A preview that was overtaken by a further tweak is shown nevertheless, or a held key would show nothing; but not
        after one that was begun later."""
        known = self._known(slot)
        if turn < self._latest.get(slot.letter, 0) or known is None:
            return
        self._latest[slot.letter] = turn
        if all(self.findings.key(each) != key for each in self.findings.workspace.slots):
            self._last[slot.letter] = known
