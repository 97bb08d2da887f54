"""All checks over one ground: what was found, the weightiest first."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from pgtoll.config import Config
from pgtoll.doctor.findings import Finding, Severity
from pgtoll.errors import ConfigError
from pgtoll.lint.code import judge_functions, judge_tables
from pgtoll.lint.ground import Ground, Measure
from pgtoll.lint.names import judge_names
from pgtoll.lint.papers import judge_papers
from pgtoll.lint.people import judge_seats
from pgtoll.lint.survey import survey

# Every code, in the order in which findings are told, and what those of it are about.
CODES = {
    "license-collision": "Licenses that contradict each other",
    "license-expired": "Licenses that have expired",
    "license-expires": "Licenses that expire soon",
    "license-useless": "Licenses that count for nothing",
    "file-unverified": "Files that no trusted key verifies",
    "seat-beyond": "Seats beyond those bought",
    "table-near-cap": "Tables in demo mode that are full, or nearly",
    "seat-of-nobody": "Seats of people whom the server does not know",
    "seat-idle": "Seats that nobody uses",
    "seat-spare": "Seats that nobody has",
    "name-without-table": "Names in products that no table has",
    "table-unclaimed": "Tables under a vendor's prefix that no product names",
    "named-twice": "Tables and operations of two products",
    "function-opaque": "Functions that statements cannot be seen through",
}


def check_codes(ignored: Iterable[str]) -> frozenset[str]:
    """Return codes to leave out. Raises ConfigError for what is none."""
    codes = frozenset(ignored)
    if unknown := sorted(codes - CODES.keys()):
        raise ConfigError(
            f"--ignore: no check is called {unknown[0]}: there are {', '.join(CODES)}"
        )
    return codes


async def examine(
    config: Config,
    measure: Measure,
    now: datetime,
    *,
    ignored: Collection[str] = (),
    told: Callable[[str], None] = lambda _: None,
) -> tuple[Finding, ...]:
    """Return everything that was found. Raises StoreError when something cannot be read."""
    return judge(await survey(config, measure, now, told), measure, ignored)


def judge(ground: Ground, measure: Measure, ignored: Collection[str] = ()) -> tuple[Finding, ...]:
    """Return the findings on a ground, by what they are about; where there are problems first."""
    found = [
        *judge_names(ground),
        *judge_seats(ground, measure),
        *judge_papers(ground, measure),
        *judge_tables(ground, measure),
        *judge_functions(ground),
    ]
    wanted = [one for one in found if one.check not in ignored]
    grave = {one.check for one in wanted if one.severity is Severity.PROBLEM}
    order = {code: (code not in grave, at) for at, code in enumerate(CODES)}
    return tuple(sorted(wanted, key=lambda one: (order[one.check], one.severity.value)))
