"""Resolving the settings, once: flag > environment > TOML file > default.

This is the only reader of the environment (`NEWSEARCH_*`, and `TZ` for the machine's zone). Each
value remembers where it came from. An unknown key is an error that suggests the nearest known key.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from api.settings import toml_faults
from api.settings.declaring import PREFIX, Environment, Origin, Setting, Source
from api.settings.nearest import did_you_mean
from api.settings.settings import BY_NAME, SETTINGS, Settings
from index.errors import SettingsError

CONFIG_VARIABLE = f"{PREFIX}CONFIG"
CONFIG_NAME = "newsearch.toml"


def resolve(
    flags: Mapping[str, object] | None = None,
    *,
    config: Path | None = None,
    environ: Environment | None = None,
) -> Settings:
    """Resolve the settings of this process. Raises SettingsError.

    `flags` are those given on the command line, by setting name; None means not given. `config` is
    the file of `--config`; without it and `NEWSEARCH_CONFIG`, `newsearch.toml` in the data folder
    is read if it exists.
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
                f"{folder / CONFIG_NAME}: data_dir cannot be set in a file inside that folder; "
                f"use --data-dir, {PREFIX}DATA_DIR, or a file given with --config"
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
    """Return the values of `NEWSEARCH_*`; a variable that is set but empty counts as not given."""
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
        raise SettingsError(f"{path}: this settings file does not exist") from error
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not a text file in UTF-8: {error}") from error
    except tomllib.TOMLDecodeError as error:
        why = toml_faults.told(path.read_text(encoding="utf-8"), error)
        raise SettingsError(f"{path}: {why}") from error
    for key in body:
        if key not in BY_NAME:
            raise SettingsError(f"{path}: unknown key {key!r}; {did_you_mean(key, BY_NAME)}")
    return {key: (value, Origin(Source.FILE, str(path))) for key, value in body.items()}


def _value_of(setting: Setting, given: _Given, environ: Environment) -> tuple[Any, Origin]:
    if setting.name not in given:
        return setting.default_in(environ), Origin(Source.DEFAULT)
    value, origin = given[setting.name]
    try:
        return setting.read(value), origin
    except ValueError as error:
        given_value = setting.show(value)
        raise SettingsError(f"{origin}: {setting.name} = {given_value!r}: {error}") from error
