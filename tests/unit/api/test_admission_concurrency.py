"""ConcurrencyLimit: so many at once, in order, and none for longer than it lasts."""

import asyncio

from api.http.admission.concurrency import ConcurrencyLimit, at_once

LONG_S = 3600.0


async def begun(limit: ConcurrencyLimit, patience_s: float = 0.02) -> bool:
    """Whether a slot can be had at once."""
    try:
        async with asyncio.timeout(patience_s):
            await limit.begin()
    except TimeoutError:
        return False
    return True


def test_a_slot_is_free_when_another_ends_and_only_once() -> None:
    async def run() -> None:
        limit = ConcurrencyLimit(2, LONG_S)
        first, _second = await limit.begin(), await limit.begin()
        assert not await begun(limit)
        first()
        first()
        assert await begun(limit)
        assert not await begun(limit)

    asyncio.run(run())


def test_slots_go_to_who_waits_longest() -> None:
    async def run() -> list[int]:
        limit, got = ConcurrencyLimit(1, LONG_S), []

        async def ask(number: int) -> None:
            end = await limit.begin()
            got.append(number)
            end()

        end = await limit.begin()
        waiting = [asyncio.create_task(ask(number)) for number in range(5)]
        await asyncio.sleep(0)
        end()
        await asyncio.gather(*waiting)
        return got

    assert asyncio.run(run()) == [0, 1, 2, 3, 4]


def test_a_slot_lapses_while_its_question_goes_on() -> None:
    async def run() -> None:
        limit = ConcurrencyLimit(1, 0.01)
        end = await limit.begin()
        async with asyncio.timeout(60):
            after = await limit.begin()
            end()  # the first is long over, so this frees nothing of the second's
            assert not limit.has_free
            after()
        assert limit.has_free

    asyncio.run(run())


def test_who_gives_up_waiting_takes_no_slot_along() -> None:
    async def run() -> None:
        limit = ConcurrencyLimit(1, LONG_S)
        end = await limit.begin()
        assert not await begun(limit)
        end()
        assert limit.has_free

    asyncio.run(run())


def test_there_are_at_least_two() -> None:
    assert at_once() >= 2
