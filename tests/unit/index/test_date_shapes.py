"""Dates as programs write them, names of zones, orders of sources, and what says there is none."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates.shapes import NoDate, number_date
from index.dates.written_dates import read_date
from index.dates.zone_names import UncertainZone
from index.domain import DatePrecision


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2024-6-8", "2024-06-08"),
        ("2024/6/8", "2024-06-08"),
        ("2024.6.8", "2024-06-08"),
        ("2024. 6. 8.", "2024-06-08"),
        ("2024/06/18 05:10:00", "2024-06-18T05:10:00"),
        ("2024/06/18T05:10Z", "2024-06-18T05:10Z"),
        ("2024-6-8 5:10", "2024-06-08T05:10"),
        ("2024-06-18 5:10 PM", "2024-06-18T17:10"),
        ("2024:06:18 05:10:00", "2024-06-18T05:10:00"),
        ("20240618051000", "2024-06-18T05:10:00"),
        ("20240618-051000", "2024-06-18T05:10:00"),
        ("20240618 05:10", "2024-06-18T05:10"),
        ("20240618T051000Z", "2024-06-18T05:10:00Z"),
        ("20240618T051000.123+0200", "2024-06-18T05:10:00+02:00"),
        ("2024-06-18T24:00:00Z", "2024-06-19T00:00:00Z"),
        ("2024-12-31 24:00", "2025-01-01T00:00"),
        ("2024-06-18T05:10:00+02:00[Europe/Berlin]", "2024-06-18T05:10:00+02:00"),
        ("2024-06-18T05:10[America/New_York]", "2024-06-18T05:10-04:00"),
        ("2024-01-18 05:10 America/New_York", "2024-01-18T05:10-05:00"),
        ("2024-06-18 05:10:00.123456789 +0200 CEST m=+0.01", "2024-06-18T05:10:00+02:00"),
        ("2024-06-18 05:10:00 +0000 UTC", "2024-06-18T05:10:00Z"),
        ("2024-06-18 05:10:00 UTC+02:00", "2024-06-18T05:10:00+02:00"),
        ("Sat May 16 2020 09:00:57 GMT+0000 (Coordinated Universal Time)", "2020-05-16T09:00:57Z"),
        ("Tue Jun 18 2024 05:10:00 GMT+0200 (Mitteleuropäische Sommerzeit)",
         "2024-06-18T05:10:00+02:00"),
        ("Tue Jun 18 05:10:00 +0000 2024", "2024-06-18T05:10:00Z"),
        ("Tue Jun 18 05:10:00 CEST 2024", "2024-06-18T05:10:00+02:00"),
        ("Tue Jun 18 05:10:00 GMT+02:00 2024", "2024-06-18T05:10:00+02:00"),
        ("Tue Jun 18 05:10:00 2024", "2024-06-18T05:10:00"),
        ("Jun 18, 2024 5:10:00 AM", "2024-06-18T05:10:00"),
        ("Tuesday, 18-Jun-24 05:10:00 GMT", "2024-06-18T05:10:00Z"),
        ("Tue, 18 Jun 2024 5:10:00 +0200", "2024-06-18T05:10:00+02:00"),
        ("Tue, 18 June 2024 05:10:00 +0200 (CEST)", "2024-06-18T05:10:00+02:00"),
        ("18/Jun/2024:05:10:00 +0200", "2024-06-18T05:10:00+02:00"),
        ("D:20240618051000+02'00'", "2024-06-18T05:10:00+02:00"),
        ("/Date(1718687400000)/", "2024-06-18T05:10:00Z"),
        ("2024-W25-2", "2024-06-18"),
        ("2024-170", "2024-06-18"),
        ("1718687400", "2024-06-18T05:10:00Z"),
        ("1718687400.0", "2024-06-18T05:10:00Z"),
        ("1718687400000", "2024-06-18T05:10:00Z"),
        ("31536000", "1971-01-01T00:00:00Z"),
        ("2013", "2013"),
        ("18 VI 2024", "2024-06-18"),
        ("18.VI.2024", "2024-06-18"),
        ("2024. június 18.", "2024-06-18"),
        ("18 tháng 6, 2024", "2024-06-18"),
        ("令和6年6月18日", "2024-06-18"),
        ("民國113年6月18日", "2024-06-18"),
        ("2024-06-18 오후 5:10", "2024-06-18T17:10"),
        ("2024/6/18 下午5:10", "2024-06-18T17:10"),
        ("١٨ يونيو ٢٠٢٤ 05:10 م", "2024-06-18T17:10"),
        ("18 يونيو 2024 05:10 ص", "2024-06-18T05:10"),
        ("18 ژوئن 2024", "2024-06-18"),
        ("18 ביוני 2024", "2024-06-18"),
    ],
)  # fmt: skip
def test_shapes_that_mean_one_date(written: str, value: str) -> None:
    language = "he" if "ב" in written else "ar" if "يونيو" in written else ""
    assert read_date(written, language).value == value


@pytest.mark.parametrize(
    ("number", "value"),
    [
        (31536000000, "1971-01-01T00:00:00Z"),
        (94694400000, "1973-01-01T00:00:00Z"),
        (31536000, "1971-01-01T00:00:00Z"),
        (-31536000, "1969-01-01T00:00:00Z"),
        (-31536000000, "1969-01-01T00:00:00Z"),
        (1718687400, "2024-06-18T05:10:00Z"),
        (1718687400.75, "2024-06-18T05:10:00Z"),
        (1718687400000, "2024-06-18T05:10:00Z"),
        (1718687400000000, "2024-06-18T05:10:00Z"),
        (1718687400000000000, "2024-06-18T05:10:00Z"),
        (20240618, "2024-06-18"),
        (20240618051000, "2024-06-18T05:10:00"),
        (202406, "2024-06"),
        (1987, "1987"),
        (1987.0, "1987"),
    ],
)
def test_numbers(number: float, value: str) -> None:
    assert number_date(number).value == value


@pytest.mark.parametrize(
    "number", [0, 1, -1, 12, 45461, 202406180510, 10**30, 5e25, 20241332, 20240000]
)
def test_numbers_that_are_no_date_or_two(number: float) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        number_date(number)


@pytest.mark.parametrize(
    "written",
    [
        "0000-00-00 00:00:00", "0000-00-00", "00.00.0000", "0001-01-01T00:00:00Z", "00000000",
        "Mon, 01 Jan 0001 00:00:00 +0000", "1/1/0001 12:00:00 AM", "null", "NaT", "N/A", "-", "",
        "None", "k. A.", "Invalid Date", "01.01.0001 00:00:00",
    ],
)  # fmt: skip
def test_what_says_that_there_is_no_date(written: str) -> None:
    with pytest.raises(NoDate):
        read_date(written)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("June 18, 2024 5:10 AM ET", "2024-06-18T05:10-04:00"),
        ("January 18, 2024 5:10 AM ET", "2024-01-18T05:10-05:00"),
        ("June 18, 2024 5:10 AM PT", "2024-06-18T05:10-07:00"),
        ("June 18, 2024 5:10 AM Eastern Time", "2024-06-18T05:10-04:00"),
        ("June 18, 2024 5:10 AM Pacific Daylight Time", "2024-06-18T05:10-07:00"),
        ("June 18, 2024, 5:10 AM (EDT)", "2024-06-18T05:10-04:00"),
        ("18 Jun 2024 05:10 CEST", "2024-06-18T05:10+02:00"),
        ("18. Juni 2024, 05:10 Uhr MESZ", "2024-06-18T05:10+02:00"),
        ("18.06.2024 05:10 (MESZ)", "2024-06-18T05:10+02:00"),
        ("5:10 a.m. ET, June 18, 2024", "2024-06-18T05:10-04:00"),
        ("18 июня 2024 05:10 МСК", "2024-06-18T05:10+03:00"),
        ("Tue, 18 Jun 2024 05:10:00 GMT+2", "2024-06-18T05:10:00+02:00"),
        ("Tue, 18 Jun 2024 05:10:00 WIB", "2024-06-18T05:10:00+07:00"),
    ],
)
def test_zones_by_name(written: str, value: str) -> None:
    assert read_date(written, "en-US" if "June" in written else "").value == value


@pytest.mark.parametrize(
    ("written", "value", "name"),
    [
        ("Tue, 18 Jun 2024 05:10:00 BST", "2024-06-18T05:10:00", "BST"),
        ("June 18, 2024 5:10 PM CST", "2024-06-18T17:10", "CST"),
        ("Tue Jun 18 05:10:00 CST 2024", "2024-06-18T05:10:00", "CST"),
        ("18 June 2024 05:10 IST", "2024-06-18T05:10", "IST"),
        ("2024-06-18 05:10 XYZT", "2024-06-18T05:10", "XYZT"),
    ],
)
def test_an_uncertain_zone_is_reported_with_the_time_as_printed(
    written: str, value: str, name: str
) -> None:
    with pytest.raises(UncertainZone) as caught:
        read_date(written, "en")
    assert (caught.value.date.value, caught.value.date.is_zoned) == (value, False)
    assert caught.value.name == name


@pytest.mark.parametrize(
    ("written", "zone", "value"),
    [
        ("Tue, 18 Jun 2024 05:10:00 BST", "Europe/London", "2024-06-18T05:10:00+01:00"),
        ("June 18, 2024 5:10 PM IST", "Asia/Kolkata", "2024-06-18T17:10+05:30"),
        ("Tue Jun 18 05:10:00 CST 2024", "Asia/Shanghai", "2024-06-18T05:10:00+08:00"),
        ("January 18, 2024 5:10 PM CST", "America/Chicago", "2024-01-18T17:10-06:00"),
    ],
)
def test_the_zone_of_the_source_decides_what_a_name_means(
    written: str, zone: str, value: str
) -> None:
    date = read_date(written, "en", zone=ZoneInfo(zone))
    assert (date.value, date.is_zone_assumed) == (value, False)


def test_a_source_elsewhere_does_not_decide() -> None:
    with pytest.raises(UncertainZone):
        read_date("Tue, 18 Jun 2024 05:10:00 BST", zone=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("order", "language", "value"),
    [
        ("DMY", "en", "2024-07-06"),
        ("MDY", "en", "2024-06-07"),
        ("MDY", "de", "2024-06-07"),
        (None, "de", "2024-07-06"),
        (None, "es", "2024-07-06"),
        (None, "en-US", "2024-06-07"),
        (None, "en-GB", "2024-07-06"),
    ],
)
def test_the_order_of_the_source_comes_before_that_of_the_language(
    order: str | None, language: str, value: str
) -> None:
    assert read_date("06/07/2024", language, order=order).value == value


def test_two_digits_of_a_year_that_comes_first() -> None:
    assert read_date("24/06/18", "ja").value == "2024-06-18"
    assert read_date("24/06/18", order="YMD").value == "2024-06-18"


MOMENTS = st.datetimes(datetime(1972, 1, 1), datetime(2099, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)
SHAPES = st.sampled_from(
    [
        "%Y/%m/%d %H:%M:%S", "%Y:%m:%d %H:%M:%S", "%Y%m%d%H%M%S", "%Y%m%d-%H%M%S",
        "%d.%m.%Y %H:%M:%S", "D:%Y%m%d%H%M%S", "%d %b %Y %H:%M:%S", "%a %b %d %H:%M:%S %Y",
        "%B %d, %Y %I:%M:%S %p", "%a, %d-%b-%Y %H:%M:%S", "%A, %d %B %Y, %H:%M:%S",
        "%Y-%m-%d %I:%M:%S %p",
    ]
)  # fmt: skip


@given(MOMENTS, SHAPES)
def test_a_moment_in_any_shape_is_that_moment(moment: datetime, shape: str) -> None:
    date = read_date(moment.strftime(shape), "en-US")
    assert date.value == moment.isoformat()
    assert date.precision is DatePrecision.SECOND


@given(MOMENTS, st.sampled_from([1, 1_000, 1_000_000]))
def test_an_instant_in_any_unit_is_that_instant(moment: datetime, unit: int) -> None:
    seconds = int(moment.replace(tzinfo=UTC).timestamp())
    assert number_date(seconds * unit).start_s == seconds


@given(
    MOMENTS,
    st.integers(-12, 14),
    st.sampled_from(["%a %b %d %Y %H:%M:%S GMT{}", "%a %b %d %H:%M:%S {} %Y"]),
)
def test_an_offset_is_kept(moment: datetime, hours: int, shape: str) -> None:
    offset = f"{'-' if hours < 0 else '+'}{abs(hours):02}00"
    date = read_date(moment.strftime(shape).format(offset), "")
    assert date.start_s == moment.replace(tzinfo=UTC).timestamp() - hours * 3600
