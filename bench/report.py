"""Results as tables in Markdown, for the terminal and for a file."""

from collections.abc import Callable, Iterator

from bench.disturbances import MARK, disturbances, footnotes
from bench.figures import (
    BESIDE,
    LATENCIES,
    YARDSTICK,
    Spread,
    added,
    idle,
    series,
    spread,
    to_yardstick,
)
from bench.goals import GOALS
from bench.results import Results
from bench.table import markdown

NONE = "–"
Form = Callable[[float], str]
LEGEND = """\
Each figure is the median of all rounds, with the least and the most in brackets. CPU is that of the
programs in between with all their children; "x PgBouncer" is the median of ratios within a round.
Latency is what a path adds to a direct connection's percentile in the same round, in ms."""
SINGULAR = {"query": "queries"}


def whole(results: Results) -> str:
    """Return everything there is to say, as a document."""
    parts = [
        "# Benchmark results",
        about(results),
        "## Goals",
        goals(results),
        "## Paths",
        markdown(["path", "what it is"], [list(one) for one in results.targets.items()], words=2),
        "## To PgBouncer",
        *_overviews(results),
        "## Idle clients",
        idle_clients(results),
        "## Each workload",
        LEGEND,
        *_details(results),
    ]
    return "\n\n".join([*parts, *_missing(results)]) + "\n"


def brief(results: Results) -> str:
    """Return what stands at the end of a run: the goals last, where a reader looks first."""
    parts = [*_overviews(results), idle_clients(results), *_disturbed(results)]
    return "\n\n".join([*parts, *_missing(results), goals(results)])


def about(results: Results) -> str:
    """Return when, where and how it was measured."""
    settings = ", ".join(f"{name} {value:g}" for name, value in results.settings.items())
    rows = [["began", f"{results.began} UTC"], ["settings", settings]]
    rows += [[name, value] for name, value in results.surroundings.items()]
    table = markdown(["", "what"], rows, words=2)
    return "\n\n".join([table, *results.notes])


def goals(results: Results) -> str:
    """Return each goal, what was measured, and whether that is enough."""
    rows = []
    for goal in GOALS:
        found = goal.value(results)
        word = "not measured" if found is None else _verdict(goal.reached(found))
        rows.append([goal.title, goal.words, spelled(found, goal.spelled), word])
    return markdown(["nothing lacked, one worker; to PgBouncer", "goal", "measured", ""], rows)


def _verdict(reached: bool) -> str:
    return "reached" if reached else "NOT REACHED"


def _overviews(results: Results) -> Iterator[str]:
    names = [name for name in results.targets if name != YARDSTICK]
    measures = {"CPU for a unit": "CPU", "Throughput": "rate"}
    for title, measure in measures.items():
        shown = [name for name in names if measure != "CPU" or name != BESIDE]
        rows = [
            [workload, *(_ratio(results, workload, target, measure) for target in shown)]
            for workload in results.workloads
            if any(name == workload for name, _ in results.pairs())
        ]
        yield f"{title}, as a multiple of PgBouncer's:\n\n" + markdown(["workload", *shown], rows)


def _ratio(results: Results, workload: str, target: str, measure: str) -> str:
    return spelled(spread(to_yardstick(results, workload, target, measure).values()), _two)


def idle_clients(results: Results) -> str:
    """Return the memory that a client costs on each path."""
    rows = [
        [title, spelled(found, number)]
        for name, title in results.targets.items()
        if (found := idle(results, name)) is not None
    ]
    return markdown([f"{results.settings['idle']:g} idle clients", "kB each"], rows)


def _details(results: Results) -> Iterator[str]:
    for workload, subject in results.workloads.items():
        names = [target for name, target in results.pairs() if name == workload]
        if names:
            rows = [_detail(results, workload, name) for name in names]
            title = f"### {workload}: {subject.title}"
            notes = [note for name in names for note in footnotes(results, workload, name)]
            yield "\n\n".join([title, markdown(_headings(subject.unit), rows), *_listed(notes)])


def _listed(notes: list[str]) -> Iterator[str]:
    if notes:
        yield "\n".join(f"- {note}" for note in notes)


def _headings(unit: str) -> list[str]:
    more = [f"added {name}" for name in LATENCIES]
    return ["path", f"CPU µs/{unit}", "user", "system", "x PgBouncer", f"{unit}/s", *more, "known"]


def _detail(results: Results, workload: str, target: str) -> list[str]:
    def cell(measure: str, form: Form) -> str:
        return spelled(spread(series(results, workload, target, measure).values()), form)

    return [
        f"{target} {MARK}" if footnotes(results, workload, target) else target,
        *(cell(measure, number) for measure in ("CPU", "user", "system")),
        NONE if target in (YARDSTICK, BESIDE) else _ratio(results, workload, target, "CPU"),
        cell("rate", number),
        *(_added(results, workload, target, measure) for measure in LATENCIES),
        cell("hits", lambda value: f"{value:.1f} %"),
    ]


def _added(results: Results, workload: str, target: str, measure: str) -> str:
    if target == BESIDE:
        found = spread(series(results, workload, target, measure).values())
        return f"[{spelled(found, _ms)}]" if found else NONE
    return spelled(spread(added(results, workload, target, measure).values()), _ms)


def _disturbed(results: Results) -> Iterator[str]:
    found = disturbances(results)
    if found:
        notes = [f"{one.sample.workload} on {one.sample.target}, {one.words}" for one in found]
        yield "\n\n".join(["Disturbed or slow, and counted all the same:", *_listed(notes)])


def _missing(results: Results) -> Iterator[str]:
    if results.failures:
        rows = [[one.workload, one.target, one.reason] for one in results.failures]
        yield "What did not run:\n\n" + markdown(["workload", "path", "because"], rows, words=3)
    done = len(results.samples) + len(results.idle)
    if not results.complete:
        yield f"Not complete: {done} of {results.expected} runs."


def spelled(found: Spread | None, form: Form) -> str:
    """Return a median with its spread: `1.02 (0.98–1.10)`."""
    if found is None:
        return NONE
    words, least, most = form(found.median), form(found.low), form(found.high)
    to = " to " if least.startswith("-") else "–"
    return words if words == least == most else f"{words} ({least}{to}{most})"


def number(value: float) -> str:
    """Return a number with three digits that count."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _two(value: float) -> str:
    return f"{value:.2f}"


def _ms(value: float) -> str:
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"
