"""The options that several commands share, and how they become settings."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from api.settings.resolving import resolve
from api.settings.settings import Settings

if TYPE_CHECKING:
    from api.service.service import Service

DataDir: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        help="The folder with the archive and the index. "
        "(default: the platform's data folder; 'newsearch config' prints it)",
        show_default=False,
    ),
]
Config: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--config",
        help="A settings file (TOML). (default: newsearch.toml in the data folder)",
        show_default=False,
    ),
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
EncoderName: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--encoder",
        help="The model that turns text into vectors: 'multilingual', 'english', 'fast', a folder, "
        "or a hub name such as intfloat/multilingual-e5-base. (default: the index's own, else "
        "multilingual)",
        show_default=False,
    ),
]
EngineName: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--engine",
        help="What answers by words: 'arrays', or 'whoosh' for Whoosh's own searcher. "
        "(default: the setting 'engine')",
        show_default=False,
    ),
]


@dataclass(frozen=True, slots=True)
class Common:
    """The options before the command; the same option after it takes precedence."""

    data_dir: Path | None = None
    config: Path | None = None


def settings_of(
    ctx: typer.Context, data_dir: Path | None, config: Path | None = None, **flags: object
) -> Settings:
    """Resolve a command's settings from its flags and those before it. Raises SettingsError."""
    common = ctx.obj if isinstance(ctx.obj, Common) else Common()
    return resolve(
        {"data_dir": data_dir or common.data_dir, **flags}, config=config or common.config
    )


def open_service(
    ctx: typer.Context,
    data_dir: Path | None,
    config: Path | None = None,
    *,
    creates: bool = False,
    asked: str = "",
    **flags: object,
) -> "Service":
    """Open the service of a command, closed when the command ends. Raises SettingsError.

    With `creates` it makes the data folder and the archive if they are missing. `asked` is the text
    of the query that will have to be encoded.
    """
    settings = settings_of(ctx, data_dir, config, **flags)
    encoders = None
    if asked.strip():
        from api.service.encoders import encoding_ahead

        encoders = encoding_ahead(settings, asked)
    from api.service.service import Service

    return ctx.with_resource(Service(settings, encoders=encoders, creates=creates))
