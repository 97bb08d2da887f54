"""Whom a session's statements are judged for, and what they lack.

It is looked up again when the picture in force or the clock says so.
"""

from pgtoll.in_force import InForce, Picture
from pgtoll.session.clearance import Clearance
from pgtoll_policy.policy import Standing

# How long a look at the clock is good for, unless a license begins or ends before: clocks are set.
LOOK_SECONDS = 1.0


class Licensee(Clearance):
    """The user of one session, by what is in force."""

    def __init__(self, gate: InForce, role: str, *, replication: bool, doubt: str) -> None:
        self._gate = gate
        self._role = self.user = role  # the user, whose licenses count, may be another
        self.impersonates = role in gate.impersonators
        self._replication = replication
        self._doubt = doubt
        self._picture: Picture | None = None  # that `standing` is from
        self._until = 0.0  # when to look again, by the gate's timer
        self._free = False  # nothing is refused, and nothing capped
        self._clear = False  # and nobody counts what is sent: it may pass the short way
        self.observes = gate.observe
        self.standing = self._look()
        self.lacked = frozenset(self.standing.lacks)

    def renew(self) -> None:
        self.observes = self._gate.observe

    @property
    def mute(self) -> bool:
        return self._replication

    @property
    def caps(self) -> bool:
        return bool(self.standing.demo)

    @property
    def clear(self) -> bool:
        """Whether nothing is refused and nothing capped; that is so too where each is counted."""
        self.cleared()
        return self._free

    @property
    def recording(self) -> bool:
        """Whether somebody records what is sent."""
        return self._gate.tally is not None

    def cleared(self) -> bool:
        """Look at what is in force now; `lacked` and `standing` are from the same look.

        What may name another user is always read.
        """
        gate = self._gate
        if self._picture is not gate.picture or gate.seconds() >= self._until:
            self._look()
        return self._clear

    @property
    def own_trigger(self) -> int:
        return 0 if self._doubt else self._gate.picture.catalog.noticing

    def runs_code(self, types: tuple[int, ...]) -> bool:
        coded = self._gate.picture.catalog.vocabulary.lexicon.coded
        return any(one in coded for one in types)

    def identify(self, name: str) -> None:
        user = name or self._role
        if user != self.user:
            self.user, self._picture = user, None
            self._look()

    def _look(self) -> Standing:
        gate, now = self._gate, self._gate.now()
        known, self._picture = self._picture, gate.picture
        policy = self._picture.policy
        lapsed = gate.lapsed
        same = known is not None and known.policy is policy and self.standing.lapsed == lapsed
        if not same or self.standing.ends(now):
            self.standing = gate.standing(self.user, now)
            self.lacked = frozenset(self.standing.lacks)
            self._free = self.standing.clear and not self.impersonates
        self._clear = self._free and gate.tally is None
        left = (self.standing.until - now).total_seconds() if self.standing.until else LOOK_SECONDS
        until = gate.elapsed() + min(left, LOOK_SECONDS)
        self._until = until if lapsed else min(until, gate.lapses)
        return self.standing
