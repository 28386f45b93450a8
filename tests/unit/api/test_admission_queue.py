"""Lanes: so many at once, so many waiting, and every place comes back."""

import asyncio

import pytest

from api.http.admission.queue import RequestQueue
from index.errors import Overloaded

PATIENCE_S = 60.0


def test_places_queue_and_refusals_in_order() -> None:
    async def run() -> list[int]:
        lane = RequestQueue("questions", places=1, waiting_places=2)
        order: list[int] = []

        async def worker(number: int) -> None:
            await lane.enter(PATIENCE_S)
            order.append(number)
            await asyncio.sleep(0)
            lane.leave()

        await lane.enter(PATIENCE_S)
        waiting = [asyncio.create_task(worker(number)) for number in range(2)]
        await asyncio.sleep(0)
        assert (lane.working, lane.waiting) == (1, 2)
        with pytest.raises(Overloaded, match="2 requests are already waiting"):
            await lane.enter(PATIENCE_S)
        lane.leave()
        await asyncio.gather(*waiting)
        assert (lane.working, lane.waiting, lane.refused) == (0, 0, 1)
        return order

    assert asyncio.run(run()) == [0, 1]


def test_who_waits_too_long_or_goes_away_takes_no_place() -> None:
    async def run() -> None:
        lane = RequestQueue("questions", places=1, waiting_places=9)
        await lane.enter(None)
        with pytest.raises(Overloaded, match="no place became free"):
            await lane.enter(0.01)
        gone = asyncio.create_task(lane.enter(PATIENCE_S))
        await asyncio.sleep(0)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        assert (lane.working, lane.waiting) == (1, 0)
        lane.leave()
        await lane.enter(0.01)
        assert (lane.working, lane.waiting, lane.refused) == (1, 0, 1)

    asyncio.run(run())
