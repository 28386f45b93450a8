"""Time zones by source: which one counts, what the clocks do, and what settings say of mistakes."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from api.settings.resolving import resolve
from index.dates.dates import in_zone, parse_date
from index.errors import SettingsError
from index.records.normalise import article_from_fields
from index.records.source_zones import NO_ZONES, SourceZones

ZONES = SourceZones(
    {
        "Port Gazette": ZoneInfo("Europe/London"),
        "VPA": ZoneInfo("Asia/Seoul"),
        "valley.example": ZoneInfo("America/New_York"),
        "sport.valley.example": ZoneInfo("America/Denver"),
        "*": ZoneInfo("Europe/Berlin"),
    }
)


@pytest.mark.parametrize(
    ("fields", "zone"),
    [
        ({"source": "Port Gazette"}, "Europe/London"),
        ({"source": " port GAZETTE "}, "Europe/London"),
        ({"provider": "vpa"}, "Asia/Seoul"),
        ({"source": "Port Gazette", "provider": "VPA"}, "Europe/London"),
        ({"source": "VPA", "url": "https://valley.example/1"}, "Asia/Seoul"),
        ({"url": "https://valley.example/1"}, "America/New_York"),
        ({"url": "https://user@NEWS.valley.example:8080/1"}, "America/New_York"),
        ({"url": "https://live.sport.valley.example/1"}, "America/Denver"),
        ({"url": "https://othervalley.example/1"}, "Europe/Berlin"),
        ({"url": "https://[broken"}, "Europe/Berlin"),
        ({"url": 5, "source": ["x"], "provider": None}, "Europe/Berlin"),
        ({}, "Europe/Berlin"),
    ],
)
def test_source_before_provider_before_host_before_all(fields: dict[str, Any], zone: str) -> None:
    assert str(ZONES.zone_of(fields)) == zone


def test_without_an_entry_there_is_no_zone() -> None:
    named = SourceZones({"Courier": ZoneInfo("Europe/London")})
    assert named.zone_of({"source": "Herald"}) is None
    assert NO_ZONES.zone_of({"source": "Courier"}) is None


@pytest.mark.parametrize(
    ("zone", "written", "placed"),
    [
        ("Europe/Berlin", "2024-01-15T12:00", "2024-01-15T12:00+01:00"),
        ("Europe/Berlin", "2024-07-15T12:00:05", "2024-07-15T12:00:05+02:00"),
        # The night on which the clocks are put forward: 02:00 to 03:00 is on none.
        ("Europe/Berlin", "2024-03-31T01:59", "2024-03-31T01:59+01:00"),
        ("Europe/Berlin", "2024-03-31T02:00", "2024-03-31T03:00+02:00"),
        ("Europe/Berlin", "2024-03-31T02:30", "2024-03-31T03:00+02:00"),
        ("Europe/Berlin", "2024-03-31T03:00", "2024-03-31T03:00+02:00"),
        # Back again: 02:00 to 03:00 is there twice, and the first is meant.
        ("Europe/Berlin", "2024-10-27T01:59", "2024-10-27T01:59+02:00"),
        ("Europe/Berlin", "2024-10-27T02:30", "2024-10-27T02:30+02:00"),
        ("Europe/Berlin", "2024-10-27T03:00", "2024-10-27T03:00+01:00"),
        ("America/New_York", "2024-11-03T01:30", "2024-11-03T01:30-04:00"),
        ("Australia/Lord_Howe", "2024-04-07T01:45", "2024-04-07T01:45+11:00"),  # half an hour
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-31T00:00+14:00"),  # a day that was not
        ("Asia/Kathmandu", "2024-06-18T05:10", "2024-06-18T05:10+05:45"),
        ("Europe/Berlin", "1890-01-01T12:00", "1890-01-01T12:00+00:53"),  # local mean time
        ("Europe/Berlin", "1890-01-01T00:00", "1890-01-01T00:00+00:53"),
        # What says its zone, or no time, is left as it is.
        ("Europe/Berlin", "2024-07-15T12:00Z", "2024-07-15T12:00Z"),
        ("Europe/Berlin", "2024-07-15T12:00-05:00", "2024-07-15T12:00-05:00"),
        ("Europe/Berlin", "2024-07-15", "2024-07-15"),
        ("Europe/Berlin", "2024", "2024"),
    ],
)
def test_where_the_clocks_change(zone: str, written: str, placed: str) -> None:
    given = parse_date(written)
    date = in_zone(given, ZoneInfo(zone))
    assert date.value == placed
    assert date.start_s == parse_date(placed).start_s
    assert date.is_zone_assumed is (written != placed)


def test_every_date_of_a_record_is_placed() -> None:
    record = {
        "text": "Der Rat tagt.", "source": "port gazette", "date": "2024-07-01T12:00",
        "created": "2024-01-01T12:00", "updated": "1 July 2024, 1 p.m.",
        "embargo": "2024-07-02T06:00",
    }  # fmt: skip
    article = article_from_fields(record, "x", lambda _: "de", ZONES)
    dates = [article.date, article.news.created, article.news.updated, article.news.embargo]
    assert [date and date.value for date in dates] == [
        "2024-07-01T12:00+01:00",
        "2024-01-01T12:00Z",
        "2024-07-01T13:00+01:00",
        "2024-07-02T06:00+01:00",
    ]


def test_settings_take_a_table_or_json(tmp_path: Path) -> None:
    (tmp_path / "newsearch.toml").write_text(
        '[source_zones]\n"Courier" = "Europe/London"\n"*" = "UTC"\n', encoding="utf-8"
    )
    from_file = resolve({"data_dir": tmp_path}, environ={}).source_zones
    assert str(from_file.zone_of({"source": "courier"})) == "Europe/London"
    environ = {"NEWSEARCH_SOURCE_ZONES": json.dumps({"Courier": "Asia/Seoul"})}
    from_environment = resolve({"data_dir": tmp_path}, environ=environ).source_zones
    assert str(from_environment.zone_of({"source": "courier"})) == "Asia/Seoul"
    assert from_environment.zone_of({"source": "other"}) is None


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ('{"Courier": "Europe/London", "Herald": "Mars/Base"}',
         "'Mars/Base' for 'Herald': expected the name of a time zone, such as Europe/Berlin"),
        ('{"Courier": "../../etc/passwd"}', "for 'Courier': expected the name of a time zone"),
        ('{"Courier": "+02:00"}', "for 'Courier': expected the name of a time zone"),
        ('{"Courier": ""}', "for 'Courier': expected text that is not empty"),
        ('{"Courier": 2}', "2 for 'Courier': expected text that is not empty"),
        ('["Europe/London"]', "expected time zones by source, such as"),
        ("Europe/London", "expected time zones by source, such as"),
        ("{", "expected time zones by source, such as"),
    ],
)  # fmt: skip
def test_mistakes_in_settings_are_named(tmp_path: Path, given: str, why: str) -> None:
    with pytest.raises(SettingsError) as caught:
        resolve({"data_dir": tmp_path}, environ={"NEWSEARCH_SOURCE_ZONES": given})
    assert str(caught.value).startswith("environment NEWSEARCH_SOURCE_ZONES: source_zones = ")
    assert why in str(caught.value)


def test_a_mistake_in_a_file_is_named_too(tmp_path: Path) -> None:
    (tmp_path / "newsearch.toml").write_text(
        'source_zones = {Courier = "Europe/Lodon"}', encoding="utf-8"
    )
    with pytest.raises(SettingsError, match=r"newsearch\.toml.*'Europe/Lodon' for 'Courier'"):
        resolve({"data_dir": tmp_path}, environ={})
