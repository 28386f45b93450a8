"""Reading dates and making intervals of them, by table."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from index.dates.dates import interval, join, parse_date
from index.domain import DatePrecision

YEAR, MONTH, DAY, MINUTE, SECOND = DatePrecision
BERLIN = ZoneInfo("Europe/Berlin")


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize(
    ("given", "value", "precision", "start"),
    [
        ("2024", "2024", YEAR, "2024-01-01T00:00Z"),
        ("2024-06", "2024-06", MONTH, "2024-06-01T00:00Z"),
        (" 2024-06-18 ", "2024-06-18", DAY, "2024-06-18T00:00Z"),
        ("20240618", "2024-06-18", DAY, "2024-06-18T00:00Z"),
        ("2024-06-18Z", "2024-06-18Z", DAY, "2024-06-18T00:00Z"),
        ("2024-06-18T05:10", "2024-06-18T05:10", MINUTE, "2024-06-18T05:10Z"),
        ("2024-06-18t05", "2024-06-18T05:00", MINUTE, "2024-06-18T05:00Z"),
        ("20240618T0510Z", "2024-06-18T05:10Z", MINUTE, "2024-06-18T05:10Z"),
        ("2024-06-18 05:10:07", "2024-06-18T05:10:07", SECOND, "2024-06-18T05:10:07Z"),
        (
            "2024-06-18T05:10:00.999999999+09:00",
            "2024-06-18T05:10:00+09:00",
            SECOND,
            "2024-06-17T20:10:00Z",
        ),
        (
            "2024-06-18 05:10:00,5 -0330",
            "2024-06-18T05:10:00-03:30",
            SECOND,
            "2024-06-18T08:40:00Z",
        ),
        ("2024-06-18 05:10 UTC", "2024-06-18T05:10Z", MINUTE, "2024-06-18T05:10Z"),
        ("2024-06-18T05:10+02", "2024-06-18T05:10+02:00", MINUTE, "2024-06-18T03:10Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z", SECOND, "2016-12-31T23:59:59Z"),
        ("1871-01-18", "1871-01-18", DAY, "1871-01-18T00:00Z"),
        (
            "Tue, 18 Jun 2024 05:10:00 +0900",
            "2024-06-18T05:10:00+09:00",
            SECOND,
            "2024-06-17T20:10:00Z",
        ),
        ("18 jun 2024 05:10 GMT", "2024-06-18T05:10Z", MINUTE, "2024-06-18T05:10Z"),
        (
            "Tue, 18 Jun 2024 05:10:00 -0000",
            "2024-06-18T05:10:00Z",
            SECOND,
            "2024-06-18T05:10:00Z",
        ),
        (
            "Tue, 18 Jun 2024 05:10:00 EDT (summer)",
            "2024-06-18T05:10:00-04:00",
            SECOND,
            "2024-06-18T09:10:00Z",
        ),
        ("18 Jun 2024 05:10:00", "2024-06-18T05:10:00", SECOND, "2024-06-18T05:10:00Z"),
    ],
)  # fmt: skip
def test_reads(given: str, value: str, precision: DatePrecision, start: str) -> None:
    date = parse_date(given)
    assert (date.value, date.precision, date.start_s) == (value, precision, instant(start))


@pytest.mark.parametrize(
    ("given", "is_zoned"),
    [
        ("2024", False),
        ("2024-06-18T05:10", False),
        ("2024-06-18T05:10Z", True),
        ("2024-06-18T05:10-00:00", True),
        ("18 Jun 2024 05:10:00", False),
        ("18 Jun 2024 05:10:00 GMT", True),
    ],
)
def test_tells_whether_a_zone_was_given(given: str, is_zoned: bool) -> None:
    assert parse_date(given).is_zoned is is_zoned


@pytest.mark.parametrize(
    "given",
    [
        "", "yesterday", "0000", "202406", "2024-13", "2024-02-30", "2023-02-29", "2024-6-18",
        "18.06.2024", "2024-W25", "2024-170", "2024-06Z", "2024T05", "2024-06-18T24:01",
        "2024-06-18T05:60", "2024-06-18T05:10+15:00", "2024-06-18T05:10+02:75", "2024-06-1805:10",
        "2024-06-18T05:1000", "2024-06-18T0510:00", "2024-06-18T05:10Q", "２０２４", "2024\n06",
        "31 Feb 2024 05:10:00 GMT", "18 Jun 2024 05:10:00 QQQ", "18 Jun 2024 05:10:00 +9900",
        "18 Jun 2024 25:10:00 GMT", "1718687400", "2024-06-18T05:10 18 Jun 2024",
    ],
)  # fmt: skip
def test_refuses_with_a_reason_that_shows_the_value(given: str) -> None:
    with pytest.raises(ValueError, match="is not a date") as raised:
        parse_date(given)
    assert repr(given) in str(raised.value)


def test_a_refusal_of_a_long_value_stays_short() -> None:
    with pytest.raises(ValueError, match="…") as raised:
        parse_date("x" * 100_000)
    assert len(str(raised.value)) < 250


@pytest.mark.parametrize(
    ("day", "hours"), [("2024-03-31", 23), ("2024-06-18", 24), ("2024-10-27", 25)]
)
def test_a_local_day_has_the_hours_that_the_clocks_give_it(day: str, hours: int) -> None:
    dates = interval(day, BERLIN)
    assert dates.start_s is not None
    assert dates.end_s is not None
    assert dates.end_s - dates.start_s == hours * 3600
    assert (dates.wall_start_s, dates.wall_end_s) == (
        instant(f"{day}T00:00Z"),
        instant(f"{day}T00:00Z") + 86_400,
    )


def test_a_day_begins_at_local_midnight() -> None:
    assert interval("2024-06-18", BERLIN).start_s == instant("2024-06-18T00:00+02:00")


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00Z"),  # no midnight: 00:00 is 01:00
        ("America/Havana", "2024-11-03", "2024-11-03T04:00Z"),  # two midnights: the first
        ("America/Toronto", "1919-03-31", "1919-03-31T04:30Z"),  # 23:30 became 00:30
    ],
)
def test_a_day_without_one_midnight_begins_at_its_first_instant(
    zone: str, day: str, start: str
) -> None:
    assert interval(day, ZoneInfo(zone)).start_s == instant(start)


def test_a_day_that_a_country_skipped_holds_no_instant() -> None:
    dates = interval("2011-12-30", ZoneInfo("Pacific/Apia"))
    assert dates.start_s == dates.end_s == instant("2011-12-30T10:00Z")


@pytest.mark.parametrize(
    ("value", "last_day"),
    [("2024", "2024-12-31"), ("2024-02", "2024-02-29"), ("2023-02", "2023-02-28"),
     ("2024-12", "2024-12-31"), ("1900", "1900-12-31")],
)  # fmt: skip
def test_a_year_and_a_month_end_with_their_last_day(value: str, last_day: str) -> None:
    whole, last = interval(value, BERLIN), interval(last_day, BERLIN)
    assert (whole.end_s, whole.wall_end_s) == (last.end_s, last.wall_end_s)


def test_a_value_with_a_zone_keeps_its_instants_and_gets_the_local_wall_clock() -> None:
    dates = interval("2024-06-18T05:10+09:00", BERLIN)
    assert (dates.start_s, dates.end_s) == (
        instant("2024-06-17T20:10Z"),
        instant("2024-06-17T20:11Z"),
    )
    assert (dates.wall_start_s, dates.wall_end_s) == (
        instant("2024-06-17T22:10Z"),
        instant("2024-06-17T22:11Z"),
    )


@pytest.mark.parametrize("zone", [UTC, BERLIN, ZoneInfo("Pacific/Kiritimati")])
@pytest.mark.parametrize("year", ["0001", "9999"])
def test_the_ends_of_the_calendar_are_years_like_others(year: str, zone: ZoneInfo) -> None:
    dates = interval(year, zone)
    assert dates.wall_start_s is not None
    assert dates.wall_end_s is not None
    assert dates.wall_end_s - dates.wall_start_s == 365 * 86_400


def test_join_takes_both_ends_whole() -> None:
    dates = join("2024-06-18", "2024-06", BERLIN)
    assert dates.start_s == instant("2024-06-18T00:00+02:00")
    assert dates.end_s == instant("2024-07-01T00:00+02:00")
    assert dates.wall_start_s == instant("2024-06-18T00:00Z")
    assert dates.wall_end_s == instant("2024-07-01T00:00Z")


def test_join_leaves_sides_open() -> None:
    lower, upper = join("1970", None, UTC), join(None, "1969", UTC)
    assert (lower.start_s, lower.wall_start_s, lower.end_s, lower.wall_end_s) == (0, 0, None, None)
    assert (upper.start_s, upper.wall_start_s, upper.end_s, upper.wall_end_s) == (None, None, 0, 0)
    everything = join(None, None, UTC)
    assert everything.start_s is everything.end_s is None


@pytest.mark.parametrize(
    ("lower", "upper"), [("2024-06-19", "2024-06-18"), ("2025", "2024"), ("2024-07", "2024-06-30")]
)
def test_join_refuses_a_range_that_holds_nothing(lower: str, upper: str) -> None:
    with pytest.raises(ValueError, match="no date lies from"):
        join(lower, upper, BERLIN)
