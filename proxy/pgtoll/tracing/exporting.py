"""Send spans to where OpenTelemetry's traces are taken, by OTLP over HTTP (protocol buffers).

It runs in a thread of its own, which is where a trail leads to.
"""

from __future__ import annotations

import http.client
import logging
import ssl
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pgtoll.config import LogSql
from pgtoll.errors import ConfigError
from pgtoll.tracing.rounds import Round
from pgtoll.tracing.spans import Place, Span, Value, spans

if TYPE_CHECKING:
    from opentelemetry.proto.collector.trace.v1 import trace_service_pb2
    from opentelemetry.proto.common.v1 import common_pb2
    from opentelemetry.proto.trace.v1 import trace_pb2

log = logging.getLogger("pgtoll.tracing")

SECONDS = 5.0  # to connect, and for an answer
MOST_ANSWER = 64 << 10  # bytes of it
REMIND_SECONDS = 600.0  # between two lines of the log about spans that are not taken
TRY_AGAIN = frozenset((429, 502, 503, 504))  # what the protocol says may be better later
_SAMPLED, _KNOWN_REMOTE, _REMOTE = 0x1, 0x100, 0x200  # flags of a span

Traced = tuple[Round, Place]


class Exporter:
    """Makes spans of rounds and sends them on."""

    def __init__(self, endpoint: str, sql: LogSql, proxy: str) -> None:
        """Raises ConfigError when what is needed for it is not installed."""
        try:
            from google.protobuf.message import DecodeError
            from opentelemetry.proto.collector.trace.v1 import trace_service_pb2
        except ImportError as exc:
            raise ConfigError(
                "traces needs packages that are not installed: pip install 'pgtoll[traces]'"
            ) from exc
        self._service, self._unreadable = trace_service_pb2, DecodeError
        self._url = urlsplit(endpoint)
        self._sql, self._proxy = sql, proxy
        self._connection: http.client.HTTPConnection | None = None
        self._reminded: float | None = None
        self.refused = 0  # spans that were not taken, and never will be

    def write(self, rounds: Sequence[Traced], /) -> int:
        """Send the spans of rounds. Raises OSError when they may be taken later."""
        made = [span for round_, place in rounds for span in spans(round_, place, self._sql)]
        if made:
            self._send(made)
        return len(rounds)

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(self, made: Sequence[Span]) -> None:
        status, answer = self._post(self._request(made).SerializeToString())
        if status in TRY_AGAIN:
            raise OSError(f"it answers with status {status}")
        if not 200 <= status < 300:
            self._refuse(len(made), f"it answers with status {status}")
            return
        told = self._service.ExportTraceServiceResponse()
        try:
            told.ParseFromString(answer)
        except self._unreadable:  # what it says is no concern of ours, unless it says no
            return
        if rejected := told.partial_success.rejected_spans:
            self._refuse(rejected, told.partial_success.error_message[:200] or "it says no more")

    def _refuse(self, number: int, why: str) -> None:
        self.refused += number
        now = time.monotonic()
        if self._reminded is None or now - self._reminded > REMIND_SECONDS:
            self._reminded = now
            log.error("%d spans are not taken by %s: %r", number, self._url.netloc, why)

    def _post(self, body: bytes) -> tuple[int, bytes]:
        """Return the status and the answer. Raises OSError."""
        kept = self._connection is not None
        try:
            return self._ask(body)
        except (OSError, http.client.HTTPException) as exc:
            self.close()
            if not kept:
                raise exc if isinstance(exc, OSError) else OSError(repr(exc)) from exc
        return self._post(body)  # a connection that was kept may have been closed meanwhile

    def _ask(self, body: bytes) -> tuple[int, bytes]:
        if self._connection is None:
            self._connection = self._connected()
        headers = {
            "Content-Type": "application/x-protobuf",
            "User-Agent": f"pgtoll/{version('pgtoll')}",
        }
        self._connection.request("POST", self._url.path, body, headers)
        answer = self._connection.getresponse()
        data = answer.read(MOST_ANSWER)
        if answer.read(1):  # more than that is none of the protocol's
            self.close()
        return answer.status, data

    def _connected(self) -> http.client.HTTPConnection:
        host, port = self._url.hostname or "", self._url.port
        if self._url.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=SECONDS)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=SECONDS, context=context)

    # As the protocol has it

    def _request(self, made: Sequence[Span]) -> trace_service_pb2.ExportTraceServiceRequest:
        request = self._service.ExportTraceServiceRequest()
        of_us = request.resource_spans.add()
        about = {
            "service.name": "pgtoll",
            "service.version": version("pgtoll"),
            "service.instance.id": self._proxy,
        }
        _name(of_us.resource.attributes, about)
        scope = of_us.scope_spans.add()
        scope.scope.name = "pgtoll"
        for span in made:
            _write(scope.spans.add(), span)
        return request


def _write(out: trace_pb2.Span, span: Span) -> None:
    out.trace_id, out.span_id, out.parent_span_id = span.trace, span.id, span.parent
    out.name = span.name
    kinds = type(out).SpanKind
    out.kind = kinds.SPAN_KIND_CLIENT if span.calls else kinds.SPAN_KIND_INTERNAL
    out.flags = _SAMPLED | _KNOWN_REMOTE | (_REMOTE if span.remote else 0)
    out.start_time_unix_nano, out.end_time_unix_nano = span.began, max(span.began, span.ended)
    _name(out.attributes, span.attributes)
    for at, kind in span.events:
        event = out.events.add()
        event.time_unix_nano, event.name = at, "pgtoll.check"
        _name(event.attributes, {"pgtoll.check": kind})
    if span.failed:
        out.status.code = type(out.status).STATUS_CODE_ERROR


def _name(out: Sequence[common_pb2.KeyValue], attributes: Mapping[str, Value]) -> None:
    for name, value in attributes.items():
        pair = out.add()  # type: ignore[attr-defined]  # a list of messages has that
        pair.key = name
        if isinstance(value, int):
            pair.value.int_value = value
        else:
            pair.value.string_value = value.encode("utf-8", "replace").decode()
