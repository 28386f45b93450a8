"""Laws of dates and of their intervals."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from index.dates.dates import interval, join, parse_date

ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Kathmandu",
     "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "Asia/Gaza"]
).map(ZoneInfo)  # fmt: skip
MOMENTS = st.datetimes(datetime(1900, 1, 2), datetime(2100, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TEXTS = st.sampled_from(["%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


@given(MOMENTS, OFFSETS)
def test_a_full_date_is_the_instant_that_it_names(moment: datetime, offset: timezone) -> None:
    aware = moment.replace(tzinfo=offset)
    date = parse_date(aware.isoformat())
    assert date.start_s == aware.timestamp()
    assert datetime.fromisoformat(date.value) == aware


@given(MOMENTS, TEXTS, st.booleans())
def test_a_value_read_again_is_itself(moment: datetime, text: str, is_zoned: bool) -> None:
    zone = "Z" if is_zoned and "d" in text else ""
    date = parse_date(moment.strftime(text) + zone)
    assert date.value == moment.strftime(text) + zone
    assert parse_date(date.value) == date


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_with_value_error(text: str) -> None:
    try:
        date = parse_date(text)
    except ValueError:
        return
    assert parse_date(date.value) == date


@given(MOMENTS, TEXTS, ZONES)
def test_a_moment_lies_in_the_interval_of_its_own_date(
    moment: datetime, text: str, zone: ZoneInfo
) -> None:
    local = moment.replace(tzinfo=UTC).astimezone(zone)
    dates = interval(local.strftime(text), zone)
    assert dates.wall_start_s is not None
    assert dates.wall_end_s is not None
    wall_s = local.replace(tzinfo=UTC).timestamp()
    assert dates.wall_start_s <= wall_s < dates.wall_end_s
    # The second pass of an hour that the clocks repeat is no minute of its own.
    if local.fold == 0:
        assert dates.start_s is not None
        assert dates.end_s is not None
        assert dates.start_s <= local.timestamp() < dates.end_s


@given(st.integers(1900, 2099), st.integers(1, 12), ZONES)
def test_days_lie_side_by_side_and_fill_their_month(year: int, month: int, zone: ZoneInfo) -> None:
    whole = interval(f"{year}-{month:02}", zone)
    first = datetime(year, month, 1)
    days = [
        interval(f"{day:%Y-%m-%d}", zone)
        for day in (first + timedelta(days=number) for number in range(31))
        if day.month == month
    ]
    assert (days[0].start_s, days[0].wall_start_s) == (whole.start_s, whole.wall_start_s)
    assert (days[-1].end_s, days[-1].wall_end_s) == (whole.end_s, whole.wall_end_s)
    for today, tomorrow in pairwise(days):
        assert (today.end_s, today.wall_end_s) == (tomorrow.start_s, tomorrow.wall_start_s)
        assert today.start_s is not None
        assert today.end_s is not None
        assert today.start_s <= today.end_s


@given(MOMENTS, MOMENTS, TEXTS, ZONES)
def test_join_takes_its_bounds_from_the_two_intervals(
    one: datetime, other: datetime, text: str, zone: ZoneInfo
) -> None:
    lower, upper = sorted((one, other))
    first, last = (interval(moment.strftime(text), zone) for moment in (lower, upper))
    joined = join(lower.strftime(text), upper.strftime(text), zone)
    assert (joined.start_s, joined.wall_start_s) == (first.start_s, first.wall_start_s)
    assert (joined.end_s, joined.wall_end_s) == (last.end_s, last.wall_end_s)
