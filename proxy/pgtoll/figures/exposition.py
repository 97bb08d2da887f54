"""Figures as Prometheus reads them (text format 0.0.4)."""

from collections.abc import Iterable, Iterator, Mapping

from pgtoll.figures.figures import BOUNDS, Figures, ProductFigures, Times

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# What alerts look for is shown before it has happened: else nobody sees the first one as a change.
_WATCHED_CLIENTS = {"08001": 0, "53300": 0}
_WATCHED_REASONS = {("42501", "license"): 0, ("53400", "cap"): 0}

_Sample = tuple[Mapping[str, str], float]


def exposed(figures: Figures) -> str:
    """Return the page of all metrics. No label has more values than there are products."""
    return "".join(f"{line}\n" for line in _lines(figures))


def _lines(f: Figures) -> Iterator[str]:
    for name, help_, value in _gauges(f):
        yield from _metric(name, "gauge", help_, [({}, value)])
    for name, help_, value in _counters(f):
        yield from _metric(name, "counter", help_, [({}, value)])
    yield from _labelled(f)
    yield from _histogram("parse_seconds", "Time to read a new statement.", f.parse_times)


def _gauges(f: Figures) -> Iterable[tuple[str, str, float]]:
    yield "workers", "Processes that serve.", f.workers
    yield "workers_wanted", "Processes that there are to be.", f.workers_wanted
    yield "draining", "Processes that take no more clients.", f.draining
    yield "store_connected", "Processes that hear of changes in the store.", f.store_connected
    yield "catalog_stale", "Processes whose picture of the catalog is in doubt.", f.catalog_stale
    yield "audit_backlog", "Records of the audit that have not been written yet.", f.audit_backlog
    yield "policy_version", "How many policies have been in force since the start.", f.policies
    yield "policy_age_seconds", "Time since the policy was put in force.", f.policy_age
    yield "documents_rejected", "Stored documents that do not count.", f.documents_rejected
    yield "observing", "Processes that refuse nothing.", f.observing
    yield "cap_rows", "Rows that a table may have in demo mode.", f.cap
    yield "clock_behind_seconds", "Lag of the system's clock.", f.clock_behind
    yield "max_connections", "Clients at a time; 0 is any number.", f.most_clients
    yield "resident_bytes", "Memory of the processes that serve.", f.resident
    yield (
        "policy_unconfirmed_seconds",
        "Time since the policy was last known to be what is stored.",
        f.policy_unconfirmed,
    )
    yield "policy_grace_seconds", "How long it is gone by without that.", f.policy_grace
    yield "policy_lapsed", "Processes that go by it no more, and refuse everything.", f.lapsed


def _counters(f: Figures) -> Iterable[tuple[str, str, float]]:
    yield "connections_accepted_total", "Connections of clients.", f.accepted
    yield "cancel_requests_total", "Cancel requests passed on.", f.cancels
    yield "traces_total", "Rounds of traced sessions, sent on.", f.traced
    yield "traces_lost_total", "Traces that were given up, or not taken.", f.traces_lost
    yield "facts_preloaded_total", "Statements read before they came.", f.facts_preloaded
    yield "looks_total", "Looks at what may have changed.", f.looks
    yield "parser_restarts_total", "Processes that read SQL, replaced.", f.parser_restarts
    yield "worker_restarts_total", "Processes that serve, replaced.", f.worker_restarts
    yield "cpu_seconds_total", "Processor time of those that serve.", f.cpu


def _labelled(f: Figures) -> Iterator[str]:
    yield from _metric("sessions", "gauge", "Sessions now.", _by("state", f.sessions))
    yield from _metric(
        "received_bytes_total", "counter", "Bytes read.",
        [({"from": "clients"}, f.from_clients), ({"from": "servers"}, f.from_servers)],
    )  # fmt: skip
    yield from _metric(
        "clients_refused_total", "counter", "Clients that were not served.",
        _by("sqlstate", _WATCHED_CLIENTS | f.refused),
    )  # fmt: skip
    yield from _metric(
        "verdicts_total", "counter", "Statements judged; others needed no reading.",
        _by_two(f.verdicts),
    )  # fmt: skip
    yield from _metric("refusals_total", "counter", "Refusals recorded.", _by_two(f.refusals))
    yield from _metric(
        "refused_statements_total", "counter", "Refusals recorded, by what decided.",
        [({"sqlstate": sqlstate, "rule": rule}, number)
         for (sqlstate, rule), number in sorted((_WATCHED_REASONS | f.reasons).items())],
    )  # fmt: skip
    yield from _metric(
        "facts_cache_total", "counter", "Statements looked for among those already read.",
        _by("outcome", f.facts),
    )  # fmt: skip
    yield from _metric(
        "checks_total", "counter", "Checks asked of the database inside transactions.",
        _by("kind", f.checks),
    )  # fmt: skip
    yield from _metric(
        "audit_lost_total", "counter", "Records of the audit that were given up.",
        _by("to", f.audit_lost),
    )  # fmt: skip
    yield from _metric(
        "license_days_left", "gauge", "Days until a license expires.",
        [({"product": one.product, "type": one.type, "license": one.id}, one.days_left)
         for one in f.licenses],
    )  # fmt: skip
    yield from _products(f.products)
    labels = zip(("version", "build"), f.program, strict=False)
    yield from _metric(
        "build_info", "gauge", "What the program is.", [(dict(labels), 1)] if f.program else []
    )


def _products(products: Iterable[ProductFigures]) -> Iterator[str]:
    yield from _metric(
        "product_state", "gauge", "1 for the state that a product is in.",
        [({"product": one.product, "state": one.state}, 1) for one in products],
    )  # fmt: skip
    yield from _metric(
        "seats_bought", "gauge", "Seats of the licenses in force.",
        [({"product": one.product}, one.seats) for one in products],
    )  # fmt: skip
    yield from _metric(
        "seats_granted", "gauge", "Seats granted to users.",
        [({"product": one.product}, one.granted) for one in products],
    )  # fmt: skip
    yield from _metric(
        "product_covered_seconds", "gauge", "Time until a product's licenses give less.",
        [({"product": one.product}, one.covered) for one in products if one.covered is not None],
    )  # fmt: skip


def _by(label: str, numbers: Mapping[str, int]) -> list[_Sample]:
    return [({label: name}, number) for name, number in sorted(numbers.items())]


def _by_two(numbers: Mapping[tuple[str, str], int]) -> list[_Sample]:
    return [
        ({"kind": kind, "product": product}, number)
        for (kind, product), number in sorted(numbers.items())
    ]


def _metric(name: str, kind: str, help_: str, samples: Iterable[_Sample]) -> Iterator[str]:
    yield f"# HELP pgtoll_{name} {help_}"
    yield f"# TYPE pgtoll_{name} {kind}"
    for labels, value in samples:
        yield _sample(name, labels, value)


def _sample(name: str, labels: Mapping[str, str], value: float) -> str:
    inner = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    return f"pgtoll_{name}{{{inner}}} {value!r}" if inner else f"pgtoll_{name} {value!r}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def _histogram(name: str, help_: str, times: Times) -> Iterator[str]:
    yield from _metric(name, "histogram", help_, [])
    so_far = 0
    for bound, number in zip((*map(str, BOUNDS), "+Inf"), times.counts, strict=True):
        so_far += number
        yield _sample(f"{name}_bucket", {"le": bound}, so_far)
    yield _sample(f"{name}_sum", {}, times.total)
    yield _sample(f"{name}_count", {}, so_far)
