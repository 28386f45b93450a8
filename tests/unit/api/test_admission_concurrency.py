"""ConcurrencyLimit: so many at once, in order, and none for longer than it lasts."""

import asyncio

from api.http.admission.concurrency import ConcurrencyLimit, at_once

LONG_S = 3600.0


async def begun(turns: ConcurrencyLimit, patience_s: float = 0.02) -> bool:
    """Whether a turn can be had at once."""
    try:
        async with asyncio.timeout(patience_s):
            await turns.begin()
    except TimeoutError:
        return False
    return True


def test_a_turn_is_free_when_another_ends_and_only_once() -> None:
    async def run() -> None:
        turns = ConcurrencyLimit(2, LONG_S)
        first, _second = await turns.begin(), await turns.begin()
        assert not await begun(turns)
        first()
        first()
        assert await begun(turns)
        assert not await begun(turns)

    asyncio.run(run())


def test_turns_go_to_who_waits_longest() -> None:
    async def run() -> list[int]:
        turns, got = ConcurrencyLimit(1, LONG_S), []

        async def ask(number: int) -> None:
            end = await turns.begin()
            got.append(number)
            end()

        end = await turns.begin()
        waiting = [asyncio.create_task(ask(number)) for number in range(5)]
        await asyncio.sleep(0)
        end()
        await asyncio.gather(*waiting)
        return got

    assert asyncio.run(run()) == [0, 1, 2, 3, 4]


def test_a_turn_lapses_while_its_question_goes_on() -> None:
    async def run() -> None:
        turns = ConcurrencyLimit(1, 0.01)
        end = await turns.begin()
        async with asyncio.timeout(60):
            after = await turns.begin()
            end()  # the first is long over, so this frees nothing of the second's
            assert not turns.has_free
            after()
        assert turns.has_free

    asyncio.run(run())


def test_who_gives_up_waiting_takes_no_turn_along() -> None:
    async def run() -> None:
        turns = ConcurrencyLimit(1, LONG_S)
        end = await turns.begin()
        assert not await begun(turns)
        end()
        assert turns.has_free

    asyncio.run(run())


def test_there_are_at_least_two() -> None:
    assert at_once() >= 2
