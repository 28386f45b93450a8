"""Settings: flag > environment > TOML file > default, resolved once into a frozen object.

This is the only reader of the environment (`NEWSEARCH_*`, and `TZ` for the machine's zone). Each
value remembers where it came from. An unknown key is an error that suggests the nearest known one.
What the settings are stands in one table, `SETTINGS`; help and documentation are made from it.
"""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import platformdirs

from api.logging.logs import LogFormat
from api.settings import setting_types as types
from api.settings.nearest import did_you_mean
from api.settings.setting_types import Backend
from api.settings.version import version
from api.settings.zone import machine_zone
from index.domain import InferencePrecision
from index.errors import SettingsError
from index.records.source_zones import NO_ZONES, SourceZones

PREFIX = "NEWSEARCH_"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"
CONFIG_NAME = "newsearch.toml"
DEFAULT_ENCODER = "multilingual"

Environment = Mapping[str, str]


class Source(StrEnum):
    """Where a value came from, the strongest first."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    FILE = "file"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one value came from; `detail` names the flag, the variable or the file."""

    source: Source
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.source} {self.detail}".strip()


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name, what it means, how a value is read, and its default.

    `read` turns a string (flag, environment) or a TOML value into the value, or raises ValueError
    saying what is expected. `default_text` describes a default that depends on the machine; `show`
    takes out of a value what nobody should read.
    """

    name: str
    meaning: str
    read: Callable[[Any], Any]
    default: Callable[[Environment], Any]
    default_text: str
    show: Callable[[Any], Any] = lambda value: value

    @property
    def flag(self) -> str:
        """`--data-dir`"""
        return f"--{self.name.replace('_', '-')}"

    @property
    def variable(self) -> str:
        """`NEWSEARCH_DATA_DIR`"""
        return f"{PREFIX}{self.name.upper()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, resolved. `origins` has one entry per setting, by name."""

    data_dir: Path
    archive: str
    backend: Backend
    milvus_uri: str
    milvus_token: str
    milvus_prefix: str
    encoder: str
    encoder_key: str
    encoder_precision: InferencePrecision
    time_zone: ZoneInfo
    cache_dir: Path
    text_encoding: str
    source_zones: SourceZones
    map: Mapping[str, str]
    reranker: str
    rerank_top: int
    rerank_budget_s: float
    copy_window_h: float
    story_window_days: float
    host: str
    port: int
    host_names: tuple[str, ...]
    open: bool
    allow_anonymous: bool
    rate_per_s: float
    rate_burst: int
    index_wait_s: float
    max_concurrent: int
    max_queued: int
    request_deadline_s: float
    drain_s: float
    log_format: LogFormat
    otel_endpoint: str
    max_body_bytes: int
    max_batch: int
    max_bulk_bytes: int
    job_lease_s: float
    sync_every_s: float
    private_hosts: tuple[str, ...]
    user_agent: str
    origins: Mapping[str, Origin]

    @property
    def database_path(self) -> Path:
        """The SQLite file of this data folder: the archive, unless that is on PostgreSQL."""
        return self.data_dir / ("local.sqlite" if self.archive else "archive.sqlite")

    @property
    def jobs_folder(self) -> Path:
        """The bodies of imports that have not ended."""
        return self.data_dir / "jobs"

    @property
    def index_folder(self) -> Path:
        """The index, which is rebuilt from the archive at will."""
        return self.data_dir / "index"

    def is_chosen(self, name: str) -> bool:
        """Whether somebody set this, rather than leaving the default."""
        return self.origins[name].source is not Source.DEFAULT

    def shown(self, name: str) -> str | int | float:
        """A value as `newsearch config` prints it."""
        value = BY_NAME[name].show(getattr(self, name))
        if isinstance(value, tuple):
            return ", ".join(value)
        return value if isinstance(value, int | float) else str(value)


def _fixed(value: object) -> Callable[[Environment], object]:
    return lambda _environ: value


SETTINGS = (
    Setting(
        "data_dir",
        "The folder that holds the archive and the index.",
        types.folder,
        lambda _environ: Path(platformdirs.user_data_dir("newsearch", appauthor=False)),
        "the platform's data folder",
    ),
    Setting(
        "archive",
        "Where articles are kept: empty for a SQLite file in data_dir, or the address of a "
        "PostgreSQL database (postgresql://USER@HOST/DATABASE) that several machines write.",
        types.archive_address,
        _fixed(""),
        "empty",
        types.without_password,
    ),
    Setting(
        "backend",
        "Where the index lies: 'local', in data_dir, or 'milvus', on a Milvus server.",
        types.backend,
        _fixed(Backend.LOCAL),
        "`local`",
    ),
    Setting("milvus_uri", "The address of the Milvus server.", types.text,
            _fixed("http://127.0.0.1:19530"), "`http://127.0.0.1:19530`"),
    Setting("milvus_token", "The Milvus server's token, USER:PASSWORD or an API key.",
            types.text_or_none, _fixed(""), "empty", types.hidden),
    Setting("milvus_prefix", "What the names of the index's collections on Milvus begin with.",
            types.identifier, _fixed("newsearch"), "`newsearch`"),
    Setting(
        "encoder",
        "The model that turns text into vectors: 'multilingual', 'english' (also called "
        "'bundled'), 'fast', a folder, a hub name, or a server's "
        "'https://HOST/v1/embeddings#MODEL'. An existing index keeps its own until "
        "'newsearch reindex'.",
        types.text,
        _fixed(DEFAULT_ENCODER),
        f"`{DEFAULT_ENCODER}`",
    ),
    Setting(
        "encoder_key",
        "The key for an embedding server; best given by the environment.",
        types.text_or_none,
        _fixed(""),
        "empty",
        types.hidden,
    ),
    Setting(
        "encoder_precision",
        "The numbers that a model on the processor computes in: 'auto', 'f32' or 'bf16', which is "
        "faster where the processor has it. With 'f32', machines with different processors give "
        "the same scores, but for the last digits.",
        types.inference_precision,
        _fixed(InferencePrecision.AUTO),
        "`auto`",
    ),
    Setting(
        "time_zone",
        "The zone in which days of date filters begin and end, an IANA name.",
        types.zone,
        lambda environ: ZoneInfo(machine_zone(environ)),
        "the machine's zone, else `UTC`",
    ),
    Setting(
        "cache_dir",
        "The folder for models in the form that runs fastest here; it can be deleted at will.",
        types.folder,
        lambda _environ: Path(platformdirs.user_cache_dir("newsearch", appauthor=False)),
        "the platform's cache folder",
    ),
    Setting(
        "text_encoding",
        "How to read .txt files that are not UTF-8, for example 'cp1252'; empty: report them.",
        types.text_encoding,
        _fixed(""),
        "empty",
    ),
    Setting(
        "source_zones",
        "The time zones of sources whose dates do not name one: a table by the name of a source or "
        "provider, by host, or `*` for all; as JSON in the environment.",
        types.source_zones,
        _fixed(NO_ZONES),
        "empty",
    ),
    Setting(
        "map",
        "What records call the fields of an article: `title=headline,text=body`, or a table.",
        types.field_map,
        _fixed({}),
        "empty",
        types.field_map_text,
    ),
    Setting(
        "reranker",
        "A cross-encoder that reorders the first hits: a folder or a hub name; empty: none.",
        types.text_or_none,
        _fixed(""),
        "empty",
    ),
    Setting("rerank_top", "How many first hits the reranker reads.", types.positive_int,
            _fixed(50), "`50`"),
    Setting(
        "rerank_budget_s",
        "How many seconds reranking may take; beyond that the first ranking stands.",
        types.seconds,
        _fixed(2.0),
        "`2.0`",
    ),
    Setting(
        "copy_window_h",
        "How many hours apart copies of one text may be published.",
        types.hours,
        _fixed(72.0),
        "`72.0`",
    ),
    Setting(
        "story_window_days",
        "How many days may lie between an article and the next of its story.",
        types.days,
        _fixed(60.0),
        "`60.0`",
    ),
    Setting("host", "The address that 'serve' listens on.", types.text, _fixed("127.0.0.1"),
            "`127.0.0.1`"),
    Setting("port", "The port that 'serve' listens on; 0: any free one.", types.port,
            _fixed(8000), "`8000`"),
    Setting(
        "host_names",
        "Names by which a server on this machine may be called without a key, beside 'localhost' "
        "and addresses, such as 'news.example' where a proxy stands before it.",
        types.host_names,
        _fixed(()),
        "empty",
    ),
    Setting(
        "open",
        "Whether 'serve' may listen beyond this machine although there are no keys.",
        types.boolean,
        _fixed(False),
        "`false`",
    ),
    Setting(
        "allow_anonymous",
        "Whether requests without a key may search, once there are keys.",
        types.boolean,
        _fixed(False),
        "`false`",
    ),
    Setting(
        "rate_per_s",
        "How many requests a second each key, or each address without one, may send; 0: any.",
        types.rate,
        _fixed(50.0),
        "`50.0`",
    ),
    Setting("rate_burst", "How many it may send at once before that counts.",
            types.positive_int, _fixed(500), "`500`"),
    Setting(
        "index_wait_s",
        "How many seconds POST /v1/articles waits for its articles to become searchable.",
        types.seconds,
        _fixed(2.0),
        "`2.0`",
    ),
    Setting("max_concurrent", "How many questions a server works on at once, and as many writes.",
            types.positive_int, _fixed(8), "`8`"),
    Setting(
        "max_queued",
        "How many more questions, and writes, wait for their turn; beyond that the answer is 503.",
        types.positive_int,
        _fixed(64),
        "`64`",
    ),
    Setting(
        "request_deadline_s",
        "How many seconds a question may take, waiting included, before it is stopped; 0: any.",
        types.seconds,
        _fixed(10.0),
        "`10.0`",
    ),
    Setting(
        "drain_s",
        "How many seconds a server that is told to stop still takes requests, while it says that "
        "it is not ready, so that a load balancer notices.",
        types.seconds,
        _fixed(0.0),
        "`0.0`",
    ),
    Setting("log_format", "How a server logs: 'text', or 'json', which has a line per request.",
            types.log_format, _fixed(LogFormat.TEXT), "`text`"),
    Setting(
        "otel_endpoint",
        "Where to send traces (OTLP over HTTP), such as http://127.0.0.1:4318/v1/traces; empty: "
        "nowhere. Needs newsearch[otel].",
        types.text_or_none,
        _fixed(""),
        "empty",
    ),
    Setting("max_body_bytes", "The largest body of a POST /v1/articles that is answered at once.",
            types.positive_int, _fixed(32 * 2**20), "`33554432`"),
    Setting("max_batch", "The most articles of one POST /v1/articles.", types.positive_int,
            _fixed(10_000), "`10000`"),
    Setting(
        "max_bulk_bytes",
        "The largest body of a POST /v1/articles that becomes a job.",
        types.positive_int,
        _fixed(4 * 2**30),
        "`4294967296`",
    ),
    Setting(
        "job_lease_s",
        "After how many seconds without a sign of life of its server another takes a job over.",
        types.lease,
        _fixed(30.0),
        "`30.0`",
    ),
    Setting(
        "sync_every_s",
        "How often a server fetches the feeds that 'newsearch feeds add' named; 0: never.",
        types.seconds,
        _fixed(300.0),
        "`300.0`",
    ),
    Setting(
        "private_hosts",
        "Hosts, addresses and networks that feeds and webhooks may reach although they are not "
        "public, such as 'intranet.example, 10.0.0.0/8'; 'all': any.",
        types.hosts,
        _fixed(()),
        "empty",
    ),
    Setting(
        "user_agent",
        "How newsearch introduces itself to other servers; say here how to reach you.",
        types.text,
        lambda _environ: f"newsearch/{version()}",
        "`newsearch/` and the version",
    ),
)  # fmt: skip
BY_NAME = {setting.name: setting for setting in SETTINGS}


def resolve(
    flags: Mapping[str, object] | None = None,
    *,
    config: Path | None = None,
    environ: Environment | None = None,
) -> Settings:
    """The settings of this process. Raises SettingsError.

    `flags` are those given on the command line, by setting name; None stands for not given.
    `config` is the file of `--config`; without it and `NEWSEARCH_CONFIG`, `newsearch.toml` in the
    data directory is read where it exists.
    """
    environ = os.environ if environ is None else environ
    given = _from_environment(environ) | _from_flags(flags or {})
    explicit = config or (Path(path) if (path := environ.get(CONFIG_VARIABLE)) else None)
    if explicit:
        written = _from_file(explicit, is_required=True)
    else:
        folder = _value_of(BY_NAME["data_dir"], given, environ)[0]
        written = _from_file(folder / CONFIG_NAME, is_required=False)
        if "data_dir" in written:
            raise SettingsError(
                f"{folder / CONFIG_NAME}: data_dir cannot stand in the file that lies in it; use "
                f"--data-dir, {PREFIX}DATA_DIR, or a file given with --config"
            )
    resolved = {setting.name: _value_of(setting, written | given, environ) for setting in SETTINGS}
    return Settings(
        **{name: value for name, (value, _) in resolved.items()},
        origins={name: origin for name, (_, origin) in resolved.items()},
    )


_Given = dict[str, tuple[object, Origin]]


def _from_flags(flags: Mapping[str, object]) -> _Given:
    return {
        name: (value, Origin(Source.FLAG, BY_NAME[name].flag))
        for name, value in flags.items()
        if value is not None
    }


def _from_environment(environ: Environment) -> _Given:
    """The values of `NEWSEARCH_*`; a variable that is set but empty counts as not given."""
    by_variable = {setting.variable: setting.name for setting in SETTINGS}
    given: _Given = {}
    for variable, value in environ.items():
        if not variable.startswith(PREFIX) or variable == CONFIG_VARIABLE or not value:
            continue
        if variable not in by_variable:
            hint = did_you_mean(variable, [*by_variable, CONFIG_VARIABLE])
            raise SettingsError(f"environment: unknown variable {variable}; {hint}")
        given[by_variable[variable]] = (value, Origin(Source.ENVIRONMENT, variable))
    return given


def _from_file(path: Path, *, is_required: bool) -> _Given:
    try:
        body = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        if not is_required:
            return {}
        raise SettingsError(f"{path}: there is no such settings file") from error
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise SettingsError(f"{path}: this is not TOML in UTF-8: {error}") from error
    for key in body:
        if key not in BY_NAME:
            raise SettingsError(f"{path}: unknown key {key!r}; {did_you_mean(key, BY_NAME)}")
    return {key: (value, Origin(Source.FILE, str(path))) for key, value in body.items()}


def _value_of(setting: Setting, given: _Given, environ: Environment) -> tuple[Any, Origin]:
    if setting.name not in given:
        return setting.default(environ), Origin(Source.DEFAULT)
    value, origin = given[setting.name]
    try:
        return setting.read(value), origin
    except ValueError as error:
        given_value = setting.show(value)
        raise SettingsError(f"{origin}: {setting.name} = {given_value!r}: {error}") from error
