"""Log lines: one per record, as text for people or JSON for programs.

No record can start a new line or control a terminal: control characters are escaped, in text here
and in JSON by the format. Only a traceback has several lines.
"""

import codecs
import json
import logging
import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import TextIO

from api.logging import request_id
from api.logging.repeated import RepeatedProblems

ACCESS = logging.getLogger("newsearch.access")
"""The logger with one record per request, with `fields`."""


class LogFormat(StrEnum):
    """How log records are written."""

    TEXT = "text"
    JSON = "json"


class TextLines(logging.Formatter):
    """Time, level, logger, message, and the request's id if there is one."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """Return the line, escaped."""
        line = "".join(map(_escaped, super().formatMessage(record)))
        asked = request_id.current()
        return f"{line} [{asked}]" if asked else line


class JsonLines(logging.Formatter):
    """One JSON object: `time`, `level`, `logger`, `message`, `request_id`, the fields, `error`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if asked := request_id.current():
            entry["request_id"] = asked
        entry |= getattr(record, "fields", {})
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=True, default=str)


_ESCAPED = codecs.getencoder("unicode_escape")
"""Found here: looking for a codec opens files, which is not possible when there are too many."""


def _escaped(char: str) -> str:
    return char if char.isprintable() else _ESCAPED(char)[0].decode("ascii")


def configure(log_format: LogFormat, stream: TextIO | None = None) -> None:
    """Send everything from INFO up to a stream (stderr), replacing any earlier configuration.

    In the text format, only failed requests are logged, because people read the rest.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.addFilter(RepeatedProblems())
    handler.setFormatter(JsonLines() if log_format is LogFormat.JSON else TextLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    ACCESS.setLevel(logging.INFO if log_format is LogFormat.JSON else logging.ERROR)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs addresses with their secrets
