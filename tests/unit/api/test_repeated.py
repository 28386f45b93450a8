"""The same problem again and again is written a few times, and then counted."""

import io
import logging

import pytest
from clocks import Clock

from api.logging.logs import LogFormat, configure
from api.logging.repeated import AT_ONCE, EVERY_S, RepeatedProblems


def record(message: str, *told: object, level: int = logging.ERROR) -> logging.LogRecord:
    return logging.LogRecord("newsearch.test", level, __file__, 1, message, told, None)


def test_what_differs_by_numbers_only_is_one_problem() -> None:
    clock = Clock()
    problems = RepeatedProblems(clock.monotonic)
    written = [
        problems.filter(record("connection %d of %s failed", one, "desk")) for one in range(50)
    ]
    assert sum(bool(one) for one in written) == AT_ONCE
    assert problems.filter(record("connection %d of %s failed", 1, "port"))
    clock.forward(EVERY_S)
    again = record("connection %d of %s failed", 51, "desk")
    assert problems.filter(again)
    assert again.getMessage() == "connection 51 of desk failed (30 more like this were left out)"


def test_errors_differ_by_where_they_were_raised() -> None:
    problems = RepeatedProblems()

    def raised(number: int) -> logging.LogRecord:
        try:
            if number % 2:
                raise ValueError(number)
            raise ValueError(str(number))
        except ValueError as error:
            made = record("it failed")
            made.exc_info = (ValueError, error, error.__traceback__)
            return made

    assert sum(bool(problems.filter(raised(one))) for one in range(100)) == 2 * AT_ONCE


def test_what_is_no_problem_is_always_written() -> None:
    problems = RepeatedProblems()
    told = [problems.filter(record("GET /", level=logging.INFO)) for _ in range(100)]
    assert all(told)


def test_a_server_writes_through_it(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    before = logging.getLogger().handlers[:]
    try:
        configure(LogFormat.TEXT, stream)
        for _ in range(1000):
            logging.getLogger("asyncio").error("out of descriptors")
    finally:
        logging.getLogger().handlers[:] = before
    assert len(stream.getvalue().splitlines()) == AT_ONCE
