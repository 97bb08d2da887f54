"""Figures as Prometheus reads them (text format 0.0.4)."""

from collections.abc import Iterable, Iterator, Mapping

from pgtoll.figures import BOUNDS, Figures, Times

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

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
    yield "audit_backlog", "Refusals that the store has not taken yet.", f.audit_backlog
    yield "policy_version", "How many policies have been in force since the start.", f.policies
    yield "policy_age_seconds", "Time since the policy was put in force.", f.policy_age


def _counters(f: Figures) -> Iterable[tuple[str, str, float]]:
    yield "connections_accepted_total", "Connections of clients.", f.accepted
    yield "cancel_requests_total", "Cancel requests passed on.", f.cancels
    yield "facts_preloaded_total", "Statements read before they came.", f.facts_preloaded


def _labelled(f: Figures) -> Iterator[str]:
    yield from _metric("sessions", "gauge", "Sessions now.", _by("state", f.sessions))
    yield from _metric(
        "received_bytes_total", "counter", "Bytes read.",
        [({"from": "clients"}, f.from_clients), ({"from": "servers"}, f.from_servers)],
    )  # fmt: skip
    yield from _metric(
        "clients_refused_total", "counter", "Clients that were not served.",
        _by("sqlstate", f.refused),
    )  # fmt: skip
    yield from _metric(
        "verdicts_total", "counter", "Statements judged; others needed no reading.",
        _by_two(f.verdicts),
    )  # fmt: skip
    yield from _metric("refusals_total", "counter", "Refusals recorded.", _by_two(f.refusals))
    yield from _metric(
        "facts_cache_total", "counter", "Statements looked for among those already read.",
        _by("outcome", f.facts),
    )  # fmt: skip
    yield from _metric(
        "checks_total", "counter", "Checks asked of the database inside transactions.",
        _by("kind", f.checks),
    )  # fmt: skip
    yield from _metric(
        "license_days_left", "gauge", "Days until a license expires.",
        [({"product": one.product, "type": one.type, "license": one.id}, one.days_left)
         for one in f.licenses],
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
