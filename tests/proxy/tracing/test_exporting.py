"""Spans reach a real receiver of OTLP; one that is away or refuses is told of once."""

import logging
import sys

import pytest
from servers import free_port
from tracing_samples import named, taking, traceparent

from pgtoll.config import LogSql
from pgtoll.errors import ConfigError
from pgtoll.tracing.exporting import Exporter
from pgtoll.tracing.rounds import Part, Round
from pgtoll.tracing.spans import Place

PLACE = Place("shop", "bob\udcff")


def traced(sql: bytes = b"SELECT 1") -> tuple[Round, Place]:
    parts = [Part("judge", 2, 3, "allow")]
    made = Round(10**18, sent=10**18 + 4, ended=10**18 + 9, texts=[sql], tags=["SELECT"])
    made.parts, made.checks = parts, [(10**18 + 3, "steady")]
    return made, PLACE


def test_spans_arrive_as_the_protocol_has_them() -> None:
    with taking() as (taken, url):
        exporter = Exporter(f"{url}/v1/traces", LogSql.FULL, "host/1")
        for _ in range(3):  # over one connection
            assert exporter.write([traced(f"SELECT 1 {traceparent()}".encode())] * 2) == 2
        exporter.close()
    assert (taken.requests, len(taken.spans)) == (3, 18)
    assert taken.resources[0]["service.name"] == "pgtoll"
    assert taken.resources[0]["service.instance.id"] == "host/1"
    whole, judge, reply = taken.spans[:3]
    assert (whole.name, whole.kind, judge.kind) == ("SELECT shop", 3, 1)
    assert named(whole.attributes)["db.system.name"] == "postgresql"
    assert named(whole.attributes)["pgtoll.user"] == "bob?"
    assert (len(whole.trace_id), len(whole.span_id)) == (16, 8)
    assert reply.parent_span_id == whole.span_id
    assert whole.flags == 0x301
    assert whole.end_time_unix_nano - whole.start_time_unix_nano == 9
    assert [named(one.attributes) for one in reply.events] == [{"pgtoll.check": "steady"}]


def test_what_may_be_taken_later_is_an_error() -> None:
    with taking() as (taken, url):
        taken.status = 503
        exporter = Exporter(f"{url}/v1/traces", LogSql.OFF, "host/1")
        with pytest.raises(OSError, match="status 503"):
            exporter.write([traced()])
        taken.status = 200
        assert exporter.write([traced()]) == 1
        exporter.close()
    assert exporter.refused == 0


def test_what_is_never_taken_is_counted_and_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    with taking() as (taken, url):
        exporter = Exporter(f"{url}/v1/traces", LogSql.OFF, "host/1")
        taken.status = 400
        with caplog.at_level(logging.ERROR, "pgtoll.tracing"):
            assert [exporter.write([traced()]) for _ in range(3)] == [1, 1, 1]
        assert (exporter.refused, len(caplog.messages)) == (9, 1)
        taken.status, taken.rejected = 200, 2
        exporter.write([traced()])
        assert exporter.refused == 11
        exporter.close()


def test_a_receiver_that_is_started_again_is_found() -> None:
    port = free_port()
    exporter = Exporter(f"http://127.0.0.1:{port}/v1/traces", LogSql.OFF, "host/1")
    for _ in range(2):
        with pytest.raises(OSError, match="refused"):
            exporter.write([traced()])
        with taking(port) as (taken, _):
            exporter.write([traced()])
            assert len(taken.spans) == 3
        exporter.close()


def test_what_is_not_installed_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.proto.collector.trace.v1", None)
    with pytest.raises(ConfigError, match=r"pip install 'pgtoll\[traces\]'"):
        Exporter("http://127.0.0.1:1/v1/traces", LogSql.OFF, "host/1")
