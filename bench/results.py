"""What a benchmark found, in memory and as a file: all samples, so that anybody can do the sums."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypedDict

from bench.samples import Failure, Idle, Latencies, Sample
from bench.unrest import Unrest

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be known of a workload to read its figures."""

    title: str
    unit: str
    clients: int


@dataclass(slots=True)
class Results:
    """One benchmark's results, complete or not."""

    surroundings: Mapping[str, str]
    settings: Mapping[str, float]  # rounds, seconds, idle
    began: str  # date and time, UTC
    workloads: Mapping[str, Subject]
    targets: Mapping[str, str]  # name -> title
    expected: int = 0  # runs
    notes: list[str] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    idle: list[Idle] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def add(self, outcome: Sample | Idle | Failure) -> None:
        """Keep one more."""
        match outcome:
            case Sample():
                self.samples.append(outcome)
            case Idle():
                self.idle.append(outcome)
            case Failure():
                self.failures.append(outcome)

    def of(self, workload: str, target: str) -> dict[int, Sample]:
        """Return the samples of a workload on a path, by their round."""
        return {
            sample.round: sample
            for sample in self.samples
            if (sample.workload, sample.target) == (workload, target)
        }

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield each workload with each path on which it was measured, as tables have them."""
        there = {(sample.workload, sample.target) for sample in self.samples}
        for workload in self.workloads:
            for target in self.targets:
                if (workload, target) in there:
                    yield workload, target

    @property
    def complete(self) -> bool:
        """Whether all that was planned was measured."""
        return len(self.samples) + len(self.idle) == self.expected


class BadResults(Exception):
    """A file is not one of ours."""


def write(results: Results, file: Path) -> None:
    """Write results as JSON, each sample on a line of its own."""
    fields = asdict(results)
    lists = {name: fields.pop(name) for name in ("samples", "idle", "failures")}
    head = json.dumps({"format": FORMAT, **fields}, indent=1)[:-2]
    parts = [f'"{name}": [\n{_lines(rows)}\n]' for name, rows in lists.items()]
    file.write_text(head + ",\n " + ",\n ".join(parts) + "\n}\n", encoding="utf-8")


def _lines(rows: list[dict[str, object]]) -> str:
    return ",\n".join("  " + json.dumps(row, default=_short) for row in map(_rounded, rows))


def _rounded(row: dict[str, object]) -> dict[str, object]:
    return {key: _short(value) for key, value in row.items()}


def _short(value: object) -> object:
    """Return numbers with no more digits than were measured."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return _rounded(value)
    if isinstance(value, list | tuple):
        return [_short(item) for item in value]
    return value


def read(file: Path) -> Results:
    """Read what `write` has written. Raises BadResults."""
    try:
        fields = json.loads(file.read_text(encoding="utf-8"))
        if fields.pop("format") != FORMAT:
            raise BadResults(f"{file} is of another version of this benchmark")
        workloads = {name: Subject(**each) for name, each in fields.pop("workloads").items()}
        samples = [Sample(**row | _parts(row)) for row in fields.pop("samples")]
        idle = [Idle(**row) for row in fields.pop("idle")]
        failures = [Failure(**row) for row in fields.pop("failures")]
        return Results(**fields, workloads=workloads, samples=samples, idle=idle, failures=failures)
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise BadResults(f"{file} holds no results: {exc}") from exc


class _Latencies(TypedDict):
    count: int
    times: list[float]


def _parts(row: dict[str, Any]) -> dict[str, Latencies | Unrest | None]:
    """Return what is no number of a sample; older files tell nothing of unrest."""
    timed: _Latencies | None = row["latencies"]
    unrest = row.get("unrest")
    return {
        "latencies": Latencies(timed["count"], tuple(timed["times"])) if timed else None,
        "unrest": Unrest(**unrest) if unrest else None,
    }
