"""Who may use an operation when: one table, for the policy's answer and for the database's."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from license_samples import DUE, MARKETING, NOW, PERSONAL, REVOCATION, SERVER, STARTS

from pgtoll_policy.documents import Component, Document, Operation
from pgtoll_policy.policy import Grant, Policy, compile_policy

USE, SHARED, PART = "MrktApp.Use", "Shared.Use", "MrktApp.Part"
CUSTOMER = "ACME"
SECOND = timedelta(seconds=1)

PRODUCT = replace(
    MARKETING,
    operations=(*MARKETING.operations, Operation(SHARED, "Shared")),
    components=(Component(PART, "A part"),),
)
SALES = replace(
    MARKETING,
    code="a-sales",
    title="Sales",
    prefix="Sls",
    objects=("Sls*",),
    operations=(Operation(SHARED, "Shared"),),
)
EXPIRED = replace(SERVER, due=datetime(2026, 2, 1, tzinfo=UTC))
FUTURE = replace(SERVER, starts=DUE, due=DUE + timedelta(days=1))
FOREIGN = replace(SERVER, customer="B")
RENEWED = replace(PERSONAL, id="3" * 32, starts=DUE, due=DUE + timedelta(days=365), seats=1)
OF_SALES = replace(SERVER, id="4" * 32, product="a-sales")
EXPIRED_OF_SALES = replace(EXPIRED, id="5" * 32, product="a-sales")


def seat(user: str, product: str = "marketing", minutes: int = 0) -> Grant:
    return Grant(product, user, STARTS + timedelta(minutes=minutes))


@dataclass(frozen=True, slots=True)
class Example:
    """What is held, who asks for what and when, and what is answered."""

    documents: tuple[Document, ...]
    seats: tuple[Grant, ...] = ()
    user: str = "bob"
    code: str = USE
    at: datetime = NOW
    product: str = "marketing"
    allowed: bool = False
    reason: str = ""

    @property
    def policy(self) -> Policy:
        """The policy of which it is an example."""
        return compile_policy((PRODUCT, *self.documents), self.seats, customer=CUSTOMER)


NO_SEAT = "user has no seat of the personal license"
UNKNOWN = "no product that is known here names it"
ON_SERVER = "server license until 2026-12-31"
PERSONAL_UNTIL = "personal license until 2026-12-31"
EARLY, LATE = seat("ann", minutes=1), seat("zoe", minutes=9)

EXAMPLES = {
    "demo": Example((), allowed=True, reason="no license was uploaded"),
    "demo, with a seat left over": Example(
        (), (seat("bob"),), allowed=True, reason="no license was uploaded"
    ),
    "demo, a component": Example((), code=PART, allowed=True, reason="no license was uploaded"),
    "nobody's code": Example((), code="MrktApp.Uze", product="", reason=UNKNOWN),
    "nobody's code, in another case": Example(
        (SERVER,), code="mrktapp.use", product="", reason=UNKNOWN
    ),
    "nobody's code, like a pattern": Example(
        (SERVER,), code="MrktApp.%", product="", reason=UNKNOWN
    ),
    "no code": Example((SERVER,), code="", product="", reason=UNKNOWN),
    "server": Example((SERVER,), allowed=True, reason=ON_SERVER),
    "server, a component": Example((SERVER,), code=PART, allowed=True, reason=ON_SERVER),
    "server, this customer": Example(
        (replace(SERVER, customer=CUSTOMER),), allowed=True, reason=ON_SERVER
    ),
    "server and personal": Example((SERVER, PERSONAL), allowed=True, reason=ON_SERVER),
    "a seat": Example((PERSONAL,), (seat("bob"),), allowed=True, reason=PERSONAL_UNTIL),
    "no seat": Example((PERSONAL,), reason=NO_SEAT),
    "somebody else's seat": Example((PERSONAL,), (seat("Bob"),), reason=NO_SEAT),
    "another product's seat": Example((PERSONAL,), (seat("bob", "a-sales"),), reason=NO_SEAT),
    "a name for a shell": Example((PERSONAL,), user="bob's “friend”; ls", reason=NO_SEAT),
    "a name of no characters": Example((PERSONAL,), user="", reason=NO_SEAT),
    "the last seat": Example(
        (PERSONAL,), (EARLY, seat("bob", minutes=5), LATE), allowed=True, reason=PERSONAL_UNTIL
    ),
    "beyond what was bought": Example(
        (PERSONAL,),
        (EARLY, seat("bea", minutes=2), seat("bob", minutes=5)),
        reason="user's seat is beyond the 2 that were bought",
    ),
    "at the same moment, first by name": Example(
        (PERSONAL,), (seat("ann"), seat("bob"), seat("zoe")), allowed=True, reason=PERSONAL_UNTIL
    ),
    "at the same moment, last by name": Example(
        (PERSONAL,),
        (seat("Zoe"), seat("ann"), seat("bob")),
        reason="user's seat is beyond the 2 that were bought",
    ),
    "at the same moment, by code points": Example(
        (PERSONAL,),
        (seat("zoe"), seat("Äbi"), seat("ann")),
        user="Äbi",
        reason="user's seat is beyond the 2 that were bought",
    ),
    "fewer seats after the first license": Example(
        (PERSONAL, RENEWED),
        (EARLY, seat("bob", minutes=5)),
        at=DUE,
        reason="user's seat is beyond the 1 that were bought",
    ),
    "the seat that is left then": Example(
        (PERSONAL, RENEWED),
        (EARLY, seat("bob", minutes=5)),
        user="ann",
        at=DUE,
        allowed=True,
        reason="personal license until 2027-12-31",
    ),
    "expired": Example((EXPIRED,), (seat("bob"),), reason="license expired on 2026-01-31"),
    "the last moment": Example(
        (SERVER,), at=DUE - timedelta(microseconds=1), allowed=True, reason=ON_SERVER
    ),
    "the moment after": Example((SERVER,), at=DUE, reason="license expired on 2026-12-31"),
    "the first moment": Example((SERVER,), at=STARTS, allowed=True, reason=ON_SERVER),
    "the moment before": Example(
        (SERVER,),
        at=STARTS - timedelta(microseconds=1),
        reason="license is not valid before 2026-01-01",
    ),
    "not yet valid": Example((FUTURE,), reason="license is not valid before 2027-01-01"),
    "in a time before all licenses": Example(
        (SERVER,),
        at=datetime(1970, 1, 1, tzinfo=UTC),
        reason="license is not valid before 2026-01-01",
    ),
    "revoked": Example((SERVER, REVOCATION), reason="license was revoked"),
    "another customer's": Example((FOREIGN,), reason='license is for customer "B"'),
    "two products, one in demo mode": Example(
        (SALES, SERVER),
        code=SHARED,
        product="a-sales",
        allowed=True,
        reason="no license was uploaded",
    ),
    "two products, both licensed": Example(
        (SALES, SERVER, OF_SALES), code=SHARED, product="a-sales", allowed=True, reason=ON_SERVER
    ),
    "two products, the first expired": Example(
        (SALES, SERVER, EXPIRED_OF_SALES),
        code=SHARED,
        product="a-sales",
        reason="license expired on 2026-01-31",
    ),
    "two products, the second without a seat": Example(
        (SALES, OF_SALES, PERSONAL), code=SHARED, reason=NO_SEAT
    ),
    "two products, both refused": Example(
        (SALES, EXPIRED_OF_SALES, PERSONAL),
        code=SHARED,
        product="a-sales",
        reason="license expired on 2026-01-31",
    ),
    "a long way after": Example(
        (SERVER,), at=DUE + 300 * timedelta(days=365), reason="license expired on 2026-12-31"
    ),
    "a second before": Example((SERVER,), at=DUE - SECOND, allowed=True, reason=ON_SERVER),
}
