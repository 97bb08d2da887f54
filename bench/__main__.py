"""The benchmark: what pgtoll costs, beside other proxies, in the same rounds.

Run as `make bench`, or `PYTHONPATH=.:tests .venv/bin/python -m bench --help`; bench/README.md says
how to read what comes of it.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench.capacity import PAGE, page
from bench.comparing import compared
from bench.idle import idle
from bench.measuring import measured
from bench.options import KEPT, PASSING, options_of
from bench.pgbench import Pgbench
from bench.plan import Plan
from bench.plots import draw
from bench.report import brief, whole
from bench.results import BadResults, Results, Subject, read, write
from bench.rivals import SPARE
from bench.samples import Failure
from bench.sites import Fill, Site, Target, end_on_signal, temporary_site
from bench.surroundings import busy, surroundings
from bench.targets import WAYS
from servers import Postgres

# max_prepared_transactions is PostgreSQL's own default, with which it tells of DDL at once.
SETTINGS = {
    "shared_buffers": "1GB",
    "jit": "off",
    "max_wal_size": "8GB",
    "max_prepared_transactions": "0",
}


def main() -> int:
    """Measure, or read what was measured; print it, draw it, keep it. Return the exit status."""
    options = options_of(sys.argv[1:])
    if options.list:
        print("\n".join(one.name for one in options.plan.workloads))
        return 0
    end_on_signal()
    try:
        before = read(options.compare) if options.compare else None
        results = read(options.read) if options.read else run(options.plan)
    except BadResults as exc:
        print(f"bench: {exc}", file=sys.stderr)
        return 2
    # What is kept in the repository is whole.
    out = PASSING if options.out == KEPT and not results.complete else options.out
    if not options.read:
        keep(results, out)
    print("\n" + brief(results))
    if before:
        print("\n" + compared(before, results))
    print(f"\nTables, plots and all samples are in {os.path.relpath(out)}/")
    return 1 if results.failures or not results.complete else 0


def keep(results: Results, directory: Path) -> None:
    """Write the files of a run, over those of the last one."""
    directory.mkdir(parents=True, exist_ok=True)
    write(results, directory / "latest.json")
    (directory / "table.md").write_text(whole(results), encoding="utf-8")
    draw(results, directory)
    if directory == KEPT:  # the page goes by what is kept
        PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), results), encoding="utf-8")


def run(plan: Plan) -> Results:
    """Measure everything; interrupted, print what there is before leaving."""
    results = _empty(plan)
    print(f"about {plan.minutes:.0f} minutes, and one or two to make the databases", flush=True)
    for note in results.notes:
        print(note, flush=True)
    began = time.monotonic()
    try:
        for outcome in idle(plan, _say):
            results.add(outcome)
        if plan.workloads:
            _load(plan, results)
    except (KeyboardInterrupt, SystemExit):
        print(f"\n{brief(results)}\n\nInterrupted; nothing was written.", flush=True)
        raise
    print(f"measured in {(time.monotonic() - began) / 60:.1f} minutes", flush=True)
    return results


def _empty(plan: Plan) -> Results:
    runs = len(list(plan.turns(0))) * plan.rounds
    return Results(
        surroundings=surroundings(),
        settings={"rounds": plan.rounds, "seconds": plan.seconds, "idle": plan.idle},
        began=datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        workloads={one.name: Subject(one.title, one.unit, one.clients) for one in plan.workloads},
        targets={name: WAYS[name].title for name in plan.targets},
        expected=runs + plan.idle_rounds * len(plan.idle_targets),
        notes=[note for note in [busy()] if note],
    )


def _load(plan: Plan, results: Results) -> None:
    _say(f"{time.strftime('%H:%M:%S')} making the databases")
    # Rivals keep the servers of earlier runs, and each may have as many as there are clients.
    connections = str((plan.clients + SPARE) * (len(plan.targets) + 1))
    with (
        temporary_site(1, _filler(plan), max_connections=connections, **SETTINGS) as (site, _),
        _targets(replace(site, clients=plan.clients), plan, results) as targets,
    ):
        for outcome in measured(plan, targets, site.server, _say):
            results.add(outcome)


def _filler(plan: Plan) -> Fill:
    def fill(database: Postgres, _: Pgbench) -> None:
        for workload in plan.workloads:
            workload.fill(database)

    return fill


@contextmanager
def _targets(site: Site, plan: Plan, results: Results) -> Iterator[dict[str, Target]]:
    """Start every path; one that does not start is said to have failed, and the others go on."""
    found: dict[str, Target] = {}
    with ExitStack() as stack:
        for name in plan.targets:
            try:
                found[name] = stack.enter_context(WAYS[name].start(site))
            except (RuntimeError, OSError) as exc:
                _say(f"{name} does not start: {exc}")
                results.add(Failure("all", name, str(exc).splitlines()[0]))
        yield found


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
