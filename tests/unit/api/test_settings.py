"""Settings: which source wins, what is refused, and that the documentation tells the truth."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from api.settings.declaring import Source
from api.settings.resolving import resolve
from api.settings.settings import SETTINGS, Settings
from api.settings.zone import machine_zone
from index.errors import SettingsError


def resolved(
    tmp_path: Path,
    *,
    flags: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
    toml: str | None = None,
) -> Settings:
    """Settings with a data directory in `tmp_path`, whose newsearch.toml is `toml`."""
    if toml is not None:
        (tmp_path / "newsearch.toml").write_text(toml, encoding="utf-8")
    return resolve({"data_dir": tmp_path, **(flags or {})}, environ=environ or {})


def test_every_setting_of_the_table_is_a_field() -> None:
    assert [setting.name for setting in SETTINGS] == [
        field.name for field in fields(Settings) if field.name != "origins"
    ]


def test_defaults(tmp_path: Path) -> None:
    settings = resolved(tmp_path)
    assert (settings.host, settings.port, settings.encoder) == ("127.0.0.1", 8000, "multilingual")
    assert settings.index_wait_s == 2.0
    assert settings.database_path == tmp_path / "archive.sqlite"
    assert settings.index_folder == tmp_path / "index"
    assert not settings.is_chosen("port")
    assert settings.is_chosen("data_dir")


@pytest.mark.parametrize(
    ("flag", "variable", "toml", "port", "source"),
    [
        (1, "2", "port = 3", 1, Source.FLAG),
        (None, "2", "port = 3", 2, Source.ENVIRONMENT),
        (None, None, "port = 3", 3, Source.FILE),
        (None, None, "", 8000, Source.DEFAULT),
        (0, "2", "port = 3", 0, Source.FLAG),
        (None, "", "port = 3", 3, Source.FILE),
    ],
)
def test_the_strongest_source_wins(
    tmp_path: Path,
    flag: int | None,
    variable: str | None,
    toml: str,
    port: int,
    source: Source,
) -> None:
    environ = {} if variable is None else {"NEWSEARCH_PORT": variable}
    settings = resolved(tmp_path, flags={"port": flag}, environ=environ, toml=toml)
    assert settings.port == port
    assert settings.origins["port"].source is source


def test_origin_names_flag_variable_and_file(tmp_path: Path) -> None:
    settings = resolved(
        tmp_path,
        flags={"port": 1},
        environ={"NEWSEARCH_HOST": "::1"},
        toml='time_zone = "Asia/Seoul"',
    )
    assert str(settings.origins["port"]) == "flag --port"
    assert str(settings.origins["host"]) == "environment NEWSEARCH_HOST"
    assert str(settings.origins["time_zone"]) == f"file {tmp_path / 'newsearch.toml'}"
    assert str(settings.origins["encoder"]) == "default"
    assert settings.time_zone == ZoneInfo("Asia/Seoul")


def test_an_explicit_file_is_read_instead_of_the_one_in_the_data_folder(tmp_path: Path) -> None:
    data_dir, elsewhere = tmp_path / "data", tmp_path / "mine.toml"
    data_dir.mkdir()
    (data_dir / "newsearch.toml").write_text("port = 1", encoding="utf-8")
    elsewhere.write_text(f'port = 2\ndata_dir = "{data_dir.as_posix()}"', encoding="utf-8")
    assert resolve(config=elsewhere, environ={}).port == 2
    from_variable = resolve(environ={"NEWSEARCH_CONFIG": str(elsewhere)})
    assert (from_variable.port, from_variable.data_dir) == (2, data_dir)


@pytest.mark.parametrize(
    ("environ", "toml", "message"),
    [
        ({"NEWSEARCH_PROT": "1"}, "", "did you mean 'NEWSEARCH_PORT'"),
        ({}, "prot = 1", "did you mean 'port'"),
        (
            {},
            "[server]\nport = 1",
            "unknown key 'server'; known are: ",
        ),
        ({}, "port = ", "there is no value"),
        ({}, "port = true", "port = True: expected a whole number"),
        ({}, "port = 70000", "expected a port from 0 to 65535"),
        ({"NEWSEARCH_PORT": "http"}, "", "environment NEWSEARCH_PORT: port = 'http'"),
        ({"NEWSEARCH_TIME_ZONE": "Mars/Base"}, "", "such as Europe/Berlin"),
        ({"NEWSEARCH_TIME_ZONE": "../../etc"}, "", "such as Europe/Berlin"),
        ({"NEWSEARCH_INDEX_WAIT_S": "nan"}, "", "seconds from 0 to 3600"),
        ({"NEWSEARCH_INDEX_WAIT_S": "-1"}, "", "seconds from 0 to 3600"),
        ({"NEWSEARCH_JOB_LEASE_S": "0"}, "", "seconds from 1 to 3600"),
        ({"NEWSEARCH_TEXT_ENCODING": "cp1253x"}, "", "did you mean 'cp1252'"),
        ({"NEWSEARCH_TEXT_ENCODING": "rot13"}, "", "unknown character encoding"),
        ({"NEWSEARCH_MAX_BATCH": "0"}, "", "at least 1"),
        ({}, 'host = ""', "expected text that is not empty"),
        ({}, 'data_dir = "/elsewhere"', "data_dir cannot be set in a file inside that folder"),
    ],
)
def test_refused_with_a_message_that_helps(
    tmp_path: Path, environ: Mapping[str, str], toml: str, message: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        resolved(tmp_path, environ=environ, toml=toml)
    assert message in str(caught.value)


def test_a_missing_file_that_was_asked_for_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="this settings file does not exist"):
        resolve(config=tmp_path / "none.toml", environ={})


def test_relative_data_folders_become_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert resolve(environ={"NEWSEARCH_DATA_DIR": "here"}).data_dir == tmp_path / "here"


@pytest.mark.parametrize(
    ("environ", "linked", "written", "name"),
    [
        ({"TZ": "Asia/Seoul"}, "Europe/Berlin", None, "Asia/Seoul"),
        ({"TZ": ":Asia/Seoul"}, None, None, "Asia/Seoul"),
        ({}, "Europe/Berlin", "America/Lima", "Europe/Berlin"),
        ({"TZ": "CET-1CEST"}, None, "America/Lima\n", "America/Lima"),
        ({}, None, "Nowhere/Land", "UTC"),
        ({}, None, None, "UTC"),
    ],
)
def test_machine_zone(
    tmp_path: Path, environ: Mapping[str, str], linked: str | None, written: str | None, name: str
) -> None:
    (tmp_path / "etc").mkdir()
    if linked:
        (tmp_path / "etc/localtime").symlink_to(f"/usr/share/zoneinfo/{linked}")
    if written:
        (tmp_path / "etc/timezone").write_text(written, encoding="utf-8")
    assert machine_zone(environ, root=tmp_path) == name


def test_the_password_of_the_archive_is_never_shown(tmp_path: Path) -> None:
    address = "postgresql://ann:geheim@db.example/news"
    settings = resolve({"data_dir": tmp_path, "archive": address}, environ={})
    assert settings.archive == address
    assert settings.shown("archive") == "postgresql://ann:…@db.example/news"
    assert settings.database_path == tmp_path / "local.sqlite"
    with pytest.raises(SettingsError, match="expected postgresql://") as caught:
        resolve({"data_dir": tmp_path, "archive": "mysql://ann:geheim@db/news"}, environ={})
    assert "geheim" not in str(caught.value)
