"""The crew: processes that work for the lab, keep off its terminal, and are replaced when they die."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from lab_at_hand import small

from sim.errors import BadInput
from sim.files.scenario_file import load_scenario
from sim.workforce import WorkerDied
from tui.crew import Crew
from tui.work import preview

STORE = small(customers=60)


def crewed(play: Callable[[Crew], Awaitable[Any]], size: int = 1) -> Any:
    """What a play with a crew comes to."""

    async def whole() -> Any:
        crew = Crew(size)
        try:
            return await play(crew)
        finally:
            crew.end()

    return asyncio.run(whole())


def test_processes_give_what_this_process_would() -> None:
    """The same bits from another process, urgent or patient; and they are less urgent where they refine."""

    async def play(crew: Crew) -> Any:
        results = await crew.urgent(preview, STORE, 1, 1.0), await crew.patient(preview, STORE, 1, 1.0)
        nice = await crew.urgent(os.nice, 0), await crew.patient(os.nice, 0)
        assert 2 <= len(crew.processes) <= 3
        return results, nice

    results, nice = crewed(play)
    assert results == (preview(STORE, 1, 1.0),) * 2
    assert nice[1] > nice[0]


def test_a_process_that_dies_is_replaced_and_its_piece_done_again() -> None:
    """Killed while idle or at work: the next answer is right, and the crew knows that it replaced one."""

    async def play(crew: Crew) -> Any:
        crew.prepare()
        await crew.urgent(os.getpid)
        os.kill(crew.processes[0], signal.SIGKILL)
        assert await crew.urgent(preview, STORE, 1, 1.0) == preview(STORE, 1, 1.0)
        assert crew.replaced == 1
        sleeping = asyncio.ensure_future(crew.urgent(time.sleep, 0.6))
        await asyncio.sleep(0.2)
        os.kill(crew.processes[0], signal.SIGKILL)
        await sleeping
        return crew.replaced

    assert crewed(play) == 2


def test_a_piece_that_kills_two_processes_is_given_up() -> None:
    """It is told instead of tried for ever; other pieces are done."""

    async def play(crew: Crew) -> Any:
        with pytest.raises(WorkerDied):
            await crew.patient(os._exit, 9)
        return await crew.patient(os.getpid)

    assert crewed(play) > 0


def test_what_a_call_raises_comes_back() -> None:
    """With its class and words; the process lives on."""

    async def play(crew: Crew) -> Any:
        with pytest.raises(BadInput, match="there is no such scenario"):
            await crew.urgent(load_scenario, "nowhere_at_all")
        assert crew.replaced == 0
        return await crew.urgent(os.getpid)

    assert crewed(play) > 0


def test_the_end_waits_for_nothing() -> None:
    """Work that is under way is given up at once, and no process is left."""

    async def play(crew: Crew) -> Any:
        task = asyncio.ensure_future(crew.patient(time.sleep, 600))
        while not crew.processes:
            await asyncio.sleep(0.01)
        found = crew.processes
        crew.end()
        with pytest.raises(WorkerDied):
            await task
        return found

    for process in crewed(play):
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
