"""A session that is traced: all that comes goes the long way, where it is followed.

What happens to it is what happens to any other: the short ways come to the same.
"""

from __future__ import annotations

from typing import cast

from pgtoll.session.effects import Confirm, Effect, Judge, Peer, Read, Ruling, Sure, Write
from pgtoll.session.session import Session
from pgtoll.tracing.rounds import Rounds


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
        return getattr(self._judge, name)

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

    def witness(self, *, final: bool, watched: bool, sure: Sure | None = None) -> bytes:
        self._rounds.checked("watched" if watched else "witness")
        return self._judge.witness(final=final, watched=watched, sure=sure)

    def steady(self, mark: object, *, final: bool) -> bytes:
        self._rounds.checked("steady")
        return self._judge.steady(mark, final=final)

    def mistrust(self, mark: object, *, final: bool) -> bytes:
        self._rounds.checked("mistrust")
        return self._judge.mistrust(mark, final=final)

    def account(
        self, *, committed: bool = False, noted: bool = False, sure: Sure | None = None
    ) -> bytes:
        self._rounds.checked("account")
        return self._judge.account(committed=committed, noted=noted, sure=sure)

    def glance(self, mark: object, *, committed: bool = False, rows: bool = False) -> bytes:
        self._rounds.checked("glance")
        return self._judge.glance(mark, committed=committed, rows=rows)
