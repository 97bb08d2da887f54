"""Changes of seats that are marked on a page and not yet applied: they travel with its form."""

from collections.abc import Iterable
from dataclasses import dataclass

from pgtoll.console.visit import Visit
from pgtoll.office.models import Change


@dataclass(frozen=True, slots=True)
class Staging:
    """Who shall get a seat, and who shall lose theirs."""

    grant: tuple[str, ...] = ()
    recall: tuple[str, ...] = ()

    @property
    def change(self) -> int:
        """How many seats more are taken afterwards."""
        return len(self.grant) - len(self.recall)

    def __bool__(self) -> bool:
        return bool(self.grant or self.recall)


def settled(staging: Staging, changes: Iterable[Change]) -> Staging:
    """Return what is still to be done, after others have done what they did."""
    last = {change.subject: change.act for change in changes}
    return Staging(
        grant=tuple(user for user in staging.grant if last.get(user) != "grant"),
        recall=tuple(user for user in staging.recall if last.get(user) != "revoke"),
    )


def read_staging(visit: Visit) -> Staging:
    """Return what a form has marked.

    `grant` are those marked before, `pick` those picked from the list now, `drop` one that is taken
    off it again, `one` a row whose own button was pressed: that turns its mark over.
    """
    picked = (*visit.names("grant"), *visit.names("pick"))
    dropped, turned = visit.name("drop"), visit.name("one")
    marked = visit.names("recall")
    kept = tuple(user for user in marked if user != turned)
    return Staging(
        grant=tuple(user for user in dict.fromkeys(picked) if user and user != dropped),
        recall=kept if not turned or turned in marked else (*kept, turned),
    )
