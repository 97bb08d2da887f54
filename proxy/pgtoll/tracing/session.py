"""A session that is traced: all that comes goes the long way, where it is followed.

What happens to it is what happens to any other: the short ways come to the same.
"""

from __future__ import annotations

from typing import cast

from pgtoll.session.effects import Confirm, Effect, Judge, Peer, Read, Ruling, Write
from pgtoll.session.session import Session
from pgtoll.tracing.rounds import Rounds

# What makes a check that goes with the client's statements.
_CHECKS = frozenset(("witness", "steady", "mistrust", "account", "glance"))


class TracedSession(Session):
    """One client's session, which is traced."""

    def __init__(
        self, judge: Judge, rounds: Rounds, *, welcome: bytes = b"", greeting: bytes = b""
    ) -> None:
        self._rounds = rounds
        self._asked: tuple[str, int] | None = None  # what the session waits for, and since when
        timed = cast(Judge, TimedJudge(judge, rounds))
        super().__init__(timed, welcome=welcome, greeting=greeting)

    def pass_client(self, data: bytes) -> int:
        return 0

    def pass_server(self, data: bytes) -> int:
        return 0

    def read_client(self, data: bytes, passed: int) -> list[Effect]:
        self._rounds.sends(data)
        return self._followed(super().read_client(data, passed))

    def read_server(self, data: bytes, passed: int) -> list[Effect]:
        return self._followed(super().read_server(data, passed))

    def resume(self) -> list[Effect]:
        self._answered()
        return self._followed(super().resume())

    def confirmed(self, *, confirmed: bool) -> list[Effect]:
        self._answered()
        return self._followed(super().confirmed(confirmed=confirmed))

    def ended(self) -> None:
        self._rounds.abandon()

    def _answered(self) -> None:
        if self._asked is not None:
            self._rounds.did(*self._asked)
            self._asked = None

    def _followed(self, effects: list[Effect]) -> list[Effect]:
        for effect in effects:
            match effect:
                case Write(to, data) if to is Peer.CLIENT:
                    self._rounds.sees(data)
                case Write():
                    self._rounds.sent()
                case Read():
                    self._asked = "read", self._rounds.now()
                case Confirm():
                    self._asked = "confirm", self._rounds.now()
        return effects


class TimedJudge:
    """Tells the rounds what its judge was asked and how long that took; else it is that judge."""

    def __init__(self, judge: Judge, rounds: Rounds) -> None:
        self._judge, self._rounds = judge, rounds

    def __getattr__(self, name: str) -> object:
        found = getattr(self._judge, name)
        if name not in _CHECKS:
            return found

        def checked(*asked: object, **how: object) -> object:
            self._rounds.checked("watched" if how.get("watched") else name)
            return found(*asked, **how)

        return checked

    def rule(self, sql: bytes, doubt: str) -> tuple[Ruling, ...] | None:
        began = self._rounds.now()
        rulings = self._judge.rule(sql, doubt)
        if rulings is not None:  # else it has to be read first
            self._rounds.judged(sql, began, rulings)
        return rulings

    def proven(self, sql: bytes) -> bool:
        began = self._rounds.now()
        if proven := self._judge.proven(sql):
            self._rounds.judged(sql, began, (), "allow")
        return proven
