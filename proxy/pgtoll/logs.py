"""The program's log: on standard error, a line for each message, as text or as JSON."""

import json
import logging
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

from pgtoll.config import LogFormat, Logging

TEXT = "%(asctime)s %(levelname)s %(message)s"
DETAILS = "details"  # where a record keeps what else is known, by name


def log_to_stderr(settings: Logging = Logging()) -> None:  # noqa: B008 (it is frozen)
    """Write the log as the settings say, for whoever runs the program, from here on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLine() if settings.format is LogFormat.JSON else OneLine(TEXT))
    logging.basicConfig(handlers=[handler], level=settings.level.upper(), force=True)


def detailed(**details: object) -> dict[str, dict[str, object]]:
    """What a call of the log takes as `extra`: shown in lines of JSON, each under its name.

    What is empty is left out.
    """
    return {DETAILS: {name: value for name, value in details.items() if value not in ("", None)}}


class OneLine(logging.Formatter):
    """Names that clients send cannot begin a line of the log, or steer a terminal."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return printable(super().formatMessage(record))


class JsonLine(logging.Formatter):
    """One object for each message: what, when, where, and the details that are known."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "at": at,
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
            **getattr(record, DETAILS, {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def printable(line: str) -> str:
    """Return a text that is one line, with what a terminal would obey written out."""
    return line if line.isprintable() else "".join(_printable(line))


def _printable(text: Iterable[str]) -> Iterable[str]:
    return (each if each.isprintable() else repr(each)[1:-1] for each in text)
