"""A server that takes traces by OTLP over HTTP, as a collector does, for the tests."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

SECONDS = 20.0

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def traceparent(flags: str = "01") -> str:
    return f"/*action='x',traceparent='00-{TRACE}-{SPAN}-{flags}'*/"


class Taken:
    """The spans that have come, and what is answered."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.resources: list[dict[str, str]] = []
        self.requests = 0
        self.status = 200
        self.rejected = 0
        self.come = threading.Condition()

    def take(self, path: str, kind: str, body: bytes) -> bytes:
        assert (path, kind) == ("/v1/traces", "application/x-protobuf")
        request = ExportTraceServiceRequest.FromString(body)
        with self.come:
            self.requests += 1
            if self.status == 200:
                for one in request.resource_spans:
                    self.resources.append(named(one.resource.attributes))
                    self.spans += [span for scope in one.scope_spans for span in scope.spans]
            self.come.notify_all()
        answer = ExportTraceServiceResponse()
        answer.partial_success.rejected_spans = self.rejected
        return bytes(answer.SerializeToString())

    def wait_for(self, *names: str) -> list[Any]:
        """Return the spans of these names when there is one of each, or what has come after all."""
        with self.come:
            self.come.wait_for(lambda: set(names) <= {one.name for one in self.spans}, SECONDS)
            return [one for one in self.spans if one.name in names]


def named(attributes: Any) -> dict[str, Any]:
    """Return attributes by name."""
    found = {}
    for one in attributes:
        kind = one.value.WhichOneof("value")
        found[one.key] = getattr(one.value, kind)
    return found


@contextmanager
def taking(port: int = 0) -> Iterator[tuple[Taken, str]]:
    """Take traces; yield what has come, and the URL."""
    taken = Taken()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = taken.take(self.path, self.headers["Content-Type"], body)
            self.send_response(taken.status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield taken, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
