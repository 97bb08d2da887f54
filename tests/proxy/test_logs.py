"""Lines of the log: one for each message, whatever clients call themselves."""

import io
import json
import logging

import pytest

from pgtoll.config import LogFormat, Logging
from pgtoll.logs import JsonLine, OneLine, detailed, log_to_stderr

HOSTILE = "a\nERROR \x1b[2J é"


def line(formatter: logging.Formatter, *arguments: object, **details: object) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    record = logging.LogRecord("x", logging.INFO, "", 0, "user %s", arguments, None)
    for name, value in detailed(**details).items():
        setattr(record, name, value)
    handler.emit(record)
    return stream.getvalue()


def test_what_clients_call_themselves_cannot_begin_a_line_of_the_log() -> None:
    text = line(OneLine("%(levelname)s %(message)s"), HOSTILE)
    assert text == "INFO user a\\nERROR \\x1b[2J é\n"


def test_a_line_of_json_is_one_object_with_what_is_known() -> None:
    text = line(JsonLine(), HOSTILE, role="app", address="", sqlstate="42501")
    assert text.count("\n") == 1
    assert text.isascii()
    said = json.loads(text)
    assert said["message"] == f"user {HOSTILE}"
    assert (said["level"], said["logger"]) == ("info", "x")
    assert (said["role"], said["sqlstate"]) == ("app", "42501")
    assert "address" not in said


def test_details_cannot_be_mistaken_for_lines() -> None:
    assert line(JsonLine(), "x", application_name='"}\n{"level":"error"').count("\n") == 1


def test_an_exception_is_in_the_same_line() -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError as exc:
        fault = (type(exc), exc, exc.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "", 0, "fault", (), fault)
    text = JsonLine().format(record)
    assert "\n" not in text
    assert "ValueError: two\nlines" in json.loads(text)["exception"]


@pytest.mark.parametrize(("kind", "formatter"), [("text", OneLine), ("json", JsonLine)])
def test_the_settings_say_what_is_written(kind: str, formatter: type[logging.Formatter]) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers[:] = []
    try:
        log_to_stderr(Logging("error", LogFormat(kind)))
        assert root.level == logging.ERROR
        assert [type(one.formatter) for one in root.handlers] == [formatter]
    finally:
        root.handlers[:] = before
        root.setLevel(level)
