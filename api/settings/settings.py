"""All settings, each declared once with its type, meaning, reader and default.

Help and documentation are generated from `SETTINGS`; `api.settings.resolving` finds the values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from zoneinfo import ZoneInfo

import platformdirs

from api.logging.logs import LogFormat
from api.settings import setting_types as types
from api.settings.declaring import Computed, Origin, Setting, Source, setting
from api.settings.setting_types import Backend, WordEngine
from api.settings.version import version
from api.settings.zone import machine_zone
from index.domain import InferencePrecision
from index.records.source_zones import NO_ORDERS, NO_ZONES, SourceOrders, SourceZones
from index.runtime.cores import default_workers

DEFAULT_ENCODER = "multilingual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, resolved. `origins` has one entry per setting, by name."""

    data_dir: Path = setting(
        "The folder with the archive and the index.",
        types.folder,
        Computed(
            lambda _environ: Path(platformdirs.user_data_dir("newsearch", appauthor=False)),
            "the platform's data folder",
        ),
    )
    archive: str = setting(
        "Where articles are stored: empty for a SQLite file in data_dir, or the address of a "
        "PostgreSQL database (postgresql://USER@HOST/DATABASE) that several machines share.",
        types.archive_address,
        "",
        show=types.without_password,
    )
    backend: Backend = setting(
        "Where the index is stored: 'local' (in data_dir) or 'milvus' (on a Milvus server).",
        types.backend,
        Backend.LOCAL,
    )
    engine: WordEngine = setting(
        "What answers queries by words on a local index: 'arrays', or 'whoosh', which gives the "
        "same answers with Whoosh's own searcher, much more slowly.",
        types.word_engine,
        WordEngine.ARRAYS,
    )
    milvus_uri: str = setting(
        "The address of the Milvus server.",
        types.text,
        "http://127.0.0.1:19530",
    )
    milvus_token: str = setting(
        "The token for the Milvus server: USER:PASSWORD or an API key.",
        types.text_or_none,
        "",
        show=types.hidden,
    )
    milvus_prefix: str = setting(
        "The prefix for the names of the index's collections on Milvus.",
        types.identifier,
        "newsearch",
    )
    encoder: str = setting(
        "The model that turns text into vectors: 'multilingual', 'english' (also called "
        "'bundled'), 'fast', a folder, a hub name, or a server's "
        "'https://HOST/v1/embeddings#MODEL'. An existing index keeps its own until "
        "'newsearch reindex'.",
        types.text,
        DEFAULT_ENCODER,
    )
    encoder_key: str = setting(
        "The API key for an embedding server; best set in the environment.",
        types.text_or_none,
        "",
        show=types.hidden,
    )
    encoder_precision: InferencePrecision = setting(
        "The number format in which a model computes on the CPU: 'auto', 'f32' or 'bf16', which is "
        "faster if the CPU supports it. With 'f32', machines with different CPUs give "
        "the same scores except for the last digits.",
        types.inference_precision,
        InferencePrecision.AUTO,
    )
    time_zone: ZoneInfo = setting(
        "The time zone in which the days of date filters begin and end, as an IANA name.",
        types.zone,
        Computed(
            lambda environ: ZoneInfo(machine_zone(environ)),
            "the machine's zone, or `UTC` if unknown",
        ),
    )
    cache_dir: Path = setting(
        "The folder for models converted to run fastest here; it can be deleted at any time.",
        types.folder,
        Computed(
            lambda _environ: Path(platformdirs.user_cache_dir("newsearch", appauthor=False)),
            "the platform's cache folder",
        ),
    )
    text_encoding: str = setting(
        "The encoding of files, feeds and mail that are not UTF-8 and do not declare theirs, for "
        "example 'cp1252'; empty: report them.",
        types.text_encoding,
        "",
    )
    source_zones: SourceZones = setting(
        "The time zones of sources whose dates have none: a table keyed by the name of a source or "
        "provider, by host, or by `*` for all; as JSON in the environment.",
        types.source_zones,
        Computed(lambda _environ: NO_ZONES, "empty"),
    )
    date_orders: SourceOrders = setting(
        "The order of day, month and year in numeric dates such as 06/07/2024, by source: a table "
        "keyed like `source_zones` with `DMY`, `MDY` or `YMD`; as JSON in the environment.",
        types.date_orders,
        Computed(lambda _environ: NO_ORDERS, "empty"),
    )
    keep_markup: bool = setting(
        "Leave HTML in titles and texts of JSON, tables and posted articles as it is, instead of "
        "reading it as text.",
        types.boolean,
        False,
    )
    map: Mapping[str, str] = setting(
        "The names that records use for article fields: `title=headline,text=body`, or a table.",
        types.field_map,
        {},
        show=types.field_map_text,
    )
    headlines: bool = setting(
        "Accept records that have a headline and no text.",
        types.boolean,
        False,
    )
    reranker: str = setting(
        "A cross-encoder that reorders the top hits: a folder or a hub name; empty: none.",
        types.text_or_none,
        "",
    )
    rerank_top: int = setting(
        "How many of the top hits the reranker reads.",
        types.positive_int,
        50,
    )
    rerank_budget_s: float = setting(
        "How many seconds reranking may take; after that the first ranking is kept.",
        types.seconds,
        2.0,
    )
    copy_window_h: float = setting(
        "The most hours between two copies of one text.",
        types.hours,
        72.0,
    )
    story_window_days: float = setting(
        "The most days between an article and the next one in its story.",
        types.days,
        60.0,
    )
    host: str = setting(
        "The address that 'serve' listens on.",
        types.text,
        "127.0.0.1",
    )
    port: int = setting(
        "The port that 'serve' listens on; 0 picks a free one.",
        types.port,
        8000,
    )
    host_names: tuple[str, ...] = setting(
        "Host names under which a server on this machine accepts requests without a key, besides "
        "'localhost' and IP addresses, such as 'news.example' behind a proxy.",
        types.host_names,
        (),
    )
    proxies: tuple[str, ...] = setting(
        "Addresses and networks of proxies in front of 'serve', such as '127.0.0.1, 10.0.0.0/8': "
        "only their X-Forwarded-For and X-Forwarded-Proto are believed.",
        types.networks,
        (),
    )
    cors_origins: tuple[str, ...] = setting(
        "Origins of web pages elsewhere that may use the API from a browser, such as "
        "'https://desk.example'; empty: none.",
        types.origins,
        (),
    )
    open: bool = setting(
        "Whether 'serve' may accept connections from other machines even without keys.",
        types.boolean,
        False,
    )
    first_key: bool = setting(
        "Whether 'serve' makes a key that may do everything, and prints it, if there are no keys "
        "yet; for containers.",
        types.boolean,
        False,
    )
    allow_anonymous: bool = setting(
        "Whether requests without a key may search once there are keys.",
        types.boolean,
        False,
    )
    rate_per_s: float = setting(
        "How many requests per second each key, or address without one, may send; 0: no limit.",
        types.rate,
        50.0,
    )
    rate_burst: int = setting(
        "How many requests it may send at once before rate_per_s applies.",
        types.positive_int,
        500,
    )
    index_wait_s: float = setting(
        "How many seconds POST /v1/articles waits until its articles are searchable.",
        types.seconds,
        2.0,
    )
    workers: int = setting(
        "How many processes answer requests; they share the index in memory.",
        types.positive_int,
        Computed(
            lambda _environ: default_workers(),
            "one per core, and at most one per 2 GiB of memory",
        ),
    )
    max_concurrent: int = setting(
        "How many reads a server handles at once, and as many writes.",
        types.positive_int,
        8,
    )
    max_queued: int = setting(
        "How many more reads, and as many writes, may wait; beyond that the answer is 503.",
        types.positive_int,
        64,
    )
    request_deadline_s: float = setting(
        "How many seconds a read may take, waiting included, before it is stopped; 0: no limit.",
        types.seconds,
        10.0,
    )
    drain_s: float = setting(
        "How many seconds a server keeps taking requests after a signal to stop, while it reports "
        "that it is not ready, so that a load balancer notices.",
        types.seconds,
        0.0,
    )
    log_format: LogFormat = setting(
        "The log format of a server: 'text', or 'json' with a line for every request.",
        types.log_format,
        LogFormat.TEXT,
    )
    otel_endpoint: str = setting(
        "Where to send traces (OTLP over HTTP), such as http://127.0.0.1:4318/v1/traces; empty: "
        "nowhere. Needs newsearch[otel].",
        types.text_or_none,
        "",
    )
    max_body_bytes: int = setting(
        "The largest body, in bytes, of a POST /v1/articles that is answered at once.",
        types.positive_int,
        32 * 2**20,
    )
    max_batch: int = setting(
        "The most articles in one POST /v1/articles.",
        types.positive_int,
        10_000,
    )
    max_bulk_bytes: int = setting(
        "The largest body, in bytes, of a POST /v1/articles that becomes a job.",
        types.positive_int,
        4 * 2**30,
    )
    job_lease_s: float = setting(
        "After how many seconds without a sign of life from its server a job goes to another "
        "server.",
        types.lease,
        30.0,
    )
    sync_every_s: float = setting(
        "How many seconds a server waits between fetches of the feeds it follows; 0: never fetch.",
        types.seconds,
        300.0,
    )
    private_hosts: tuple[str, ...] = setting(
        "Hosts, addresses and networks that feeds and webhooks may reach even though they are not "
        "public, such as 'intranet.example, 10.0.0.0/8'; 'all' allows any.",
        types.hosts,
        (),
    )
    user_agent: str = setting(
        "How newsearch identifies itself to other servers; include how to reach you.",
        types.text,
        Computed(lambda _environ: f"newsearch/{version()}", "`newsearch/` and the version"),
    )
    origins: Mapping[str, Origin]

    @property
    def database_path(self) -> Path:
        """The SQLite file of this data folder: the archive, unless that is on PostgreSQL."""
        return self.data_dir / ("local.sqlite" if self.archive else "archive.sqlite")

    @property
    def jobs_folder(self) -> Path:
        """The folder with the bodies of unfinished imports."""
        return self.data_dir / "jobs"

    @property
    def encoding_folder(self) -> Path:
        """The folder with the vectors of articles that are not committed to the index yet."""
        return self.data_dir / "encoding"

    @property
    def index_folder(self) -> Path:
        """The folder of the index, which can be rebuilt from the archive at any time."""
        return self.data_dir / "index"

    def is_chosen(self, name: str) -> bool:
        """Return whether this setting was set explicitly."""
        return self.origins[name].source is not Source.DEFAULT

    def shown(self, name: str) -> str | int | float:
        """Return a value as `newsearch config` prints it."""
        value = BY_NAME[name].show(getattr(self, name))
        if isinstance(value, tuple):
            return ", ".join(value)
        return value if isinstance(value, int | float) else str(value)


SETTINGS = tuple(
    Setting(field.name, **field.metadata) for field in fields(Settings) if field.metadata
)
BY_NAME = {setting.name: setting for setting in SETTINGS}
