"""Our statements that note counts, and those in observe mode, which tell what the witness would
refuse, with their answers.

The texts hold no quote and no dollar. `asked` is what they are asked about: the cap, and two
lists of products, those in demo mode and those that are lacked.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields

from pgtoll.catalog.marks import Mark


@dataclass(frozen=True, slots=True)
class Told:
    """What an account says would have been refused, and by which rule."""

    rule: str  # "cap", "watch", or "unsure": then in the witness's own words
    schema: str = ""
    table: str = ""
    product: str = ""
    cap: str = ""
    sqlstate: str = ""
    message: str = ""
    detail: str = ""
    hint: str = ""


# What each rule has to say.
_NEEDED = {
    "cap": {"schema", "table", "product", "cap"},
    "watch": {"schema", "table", "product"},
    "unsure": {"sqlstate", "message"},
}
_KNOWN = {field.name for field in fields(Told)}


def read(account: bytes) -> Told | None:
    """Return what an account says; None when that is not understood."""
    try:
        said = {key: str(value or "") for key, value in json.loads(account).items()}
        understood = _NEEDED[said["rule"]] <= said.keys()
    except (ValueError, KeyError, AttributeError):
        return None
    return Told(**{k: v for k, v in said.items() if k in _KNOWN}) if understood else None


def lacked_of(asked: str) -> str:
    """The last list of what is asked about."""
    return "ARRAY" + asked.rpartition("ARRAY")[2]


def queue_up(asked: str, emptied: Iterable[int]) -> bytes:
    """What goes before tables are emptied whose rows are counted with those of others."""
    return f"SELECT pgtoll.queue_up({_demo_of(asked)},ARRAY{sorted(emptied)}::bigint[])".encode()


def _demo_of(asked: str) -> str:
    """The first list of what is asked about."""
    return asked.partition(",")[2].rpartition(",ARRAY")[0]


def count_named(asked: str, filled: Collection[int] | None, *, final: bool) -> bytes:
    """The check of a server that shows no locks: it counts what reading says may have got rows."""
    tables = "NULL" if filled is None else f"ARRAY{sorted(filled)}"
    cap = asked.partition(",")[0]
    how = f"{cap},{_demo_of(asked)},{tables}::bigint[],{str(final).lower()}"
    return f"SELECT COALESCE(pgtoll.count_named({how}),false)".encode()


def count_distributed(asked: str, *, final: bool) -> str:
    """What goes before a check where other servers keep rows, as one of several expressions."""
    cap, demo = asked.partition(",")[0], _demo_of(asked)
    return f"pgtoll.count_distributed({cap},{demo},{str(final).lower()}),"


def before_watch(asked: str, mark: object) -> bytes:
    """What goes before something that runs unread, and was judged by this mark."""
    return f"SELECT pgtoll.before_watch({lacked_of(asked)},{_judged_by(mark)})".encode()


def note(asked: str, mark: object, *, ahead: bool) -> bytes:
    """The same where nothing is refused; `ahead`: in a transaction of its own."""
    how = f"{lacked_of(asked)},{str(ahead).lower()},{_judged_by(mark)}"
    return f"SELECT pgtoll.note({how})".encode()


def proven(demo: str, mark: Mark, numbers: Iterable[int]) -> str:
    """The products in demo mode, with what is proven of a transaction while a mark holds."""
    return f"pgtoll.proven({_since(mark)},{demo},ARRAY[{','.join(map(str, numbers))}]::int[])"


def _judged_by(mark: object) -> str:
    return _since(mark) if isinstance(mark, Mark) else "NULL,NULL"


def _since(mark: Mark) -> str:
    running = ",".join(map(str, sorted(mark.running)))
    return f"{mark.counted},ARRAY[{running}]::bigint[]"


def account(asked: str, *, committed: bool = False, noted: bool = False) -> bytes:
    """The full account of a transaction, or of what a commit has run; `noted`: behind a note."""
    if committed:
        return f"SELECT pgtoll.account_committed({asked})".encode()
    return f"SELECT pgtoll.account({asked},{str(noted).lower()})".encode()


def glance(asked: str, mark: object, *, committed: bool = False, rows: bool = False) -> bytes:
    """The account, if a mark does not hold any more; with `rows`, also of rows that no count will
    show behind the commit."""
    looks = []
    if isinstance(mark, Mark):
        looks.append(f"pgtoll.glance({_since(mark)},{asked},{str(committed).lower()})")
    if rows:
        looks.append(f"pgtoll.glance_at_rows({asked.rpartition(',ARRAY')[0]})")
    return f"SELECT COALESCE({','.join(looks)},NULL)".encode()
