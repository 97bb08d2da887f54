"""The signed documents that are held, verified once each, and what they come to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from pgtoll.config import Config
from pgtoll.store.archive import Problem, StoredDocument, verify_all
from pgtoll.store.instance import read_instance
from pgtoll.store.link import Connection
from pgtoll.store.revoked import beside
from pgtoll_policy.documents import Document, Revocation
from pgtoll_policy.keys import TrustedKeys
from pgtoll_policy.policy import Policy, compile_policy

Mark = tuple[int, str]  # a stored document's id, and the transaction that wrote it


@dataclass(frozen=True, slots=True)
class Held:
    """What is held at one moment. The policy knows no seats: those are counted in SQL."""

    stored: tuple[StoredDocument, ...]  # the oldest first
    documents: Mapping[int, Document]  # those that verify, by the ids of the stored ones
    problems: tuple[Problem, ...]
    policy: Policy
    beside: tuple[Revocation, ...] = ()  # what holds besides, whatever the store has heard of

    @property
    def known(self) -> tuple[Document, ...]:
        """Everything that the policy goes by."""
        return (*self.documents.values(), *self.beside)


@dataclass(frozen=True, slots=True)
class Checked:
    """A stored document, and what it says or why it does not count."""

    stored: StoredDocument
    document: Document | None
    problem: Problem | None


class Holdings:
    """Reads what is held. A document that was verified before is not verified again."""

    def __init__(
        self, keys: TrustedKeys, customer: str | None, beside: tuple[Revocation, ...] = ()
    ) -> None:
        self._keys = keys
        self._customer = customer
        self._beside = beside
        self._known: dict[Mark, Checked] = {}
        self._held: Held | None = None

    @classmethod
    def of(cls, config: Config) -> Self:
        """Return those that a configuration goes by, revocations beside its keys included."""
        return cls(config.trust.keys(), config.customer, beside(config.trust))

    async def read(self, connection: Connection) -> Held:
        """Return what is held now, all of one moment if the transaction shows one."""
        marks, known = await _marks(connection), self._known
        if self._held is None or marks != list(known):
            fetched = await _fetch(connection, [mark for mark in marks if mark not in known])
            new = {mark: self._check(one) for mark, one in fetched.items()}
            everything = known | new
            self._known = {mark: everything[mark] for mark in marks if mark in everything}
            instance = await read_instance(connection)
            self._held = self._hold(tuple(self._known.values()), instance)
        return self._held

    def _check(self, stored: StoredDocument) -> Checked:
        good, problems = verify_all([stored], self._keys)
        return Checked(stored, good.get(stored.id), next(iter(problems), None))

    def policy(
        self, documents: Iterable[Document], instance: str | None, *, customer: str | None = None
    ) -> Policy:
        """Return what some documents, and what holds besides, come to when nobody has a seat.

        With `customer`, to that one rather than to the configured.
        """
        whose = customer or self._customer
        known = (*documents, *self._beside)
        return compile_policy(known, (), customer=whose, instance=instance)

    def _hold(self, checked: tuple[Checked, ...], instance: str | None) -> Held:
        documents = {one.stored.id: one.document for one in checked if one.document}
        return Held(
            tuple(one.stored for one in checked),
            documents,
            tuple(one.problem for one in checked if one.problem),
            self.policy(documents.values(), instance),
            self._beside,
        )


async def _marks(connection: Connection) -> list[Mark]:
    cursor = await connection.execute("SELECT id, xmin::text FROM pgtoll.document ORDER BY id")
    return [(id_, xmin) for id_, xmin in await cursor.fetchall()]


async def _fetch(connection: Connection, marks: list[Mark]) -> dict[Mark, StoredDocument]:
    cursor = await connection.execute(
        "SELECT xmin::text, id, kind, code, product, serial, file, uploaded_at, uploaded_by"
        " FROM pgtoll.document WHERE id = ANY (%s) ORDER BY id",
        [[id_ for id_, _ in marks]],
    )
    found = [(xmin, StoredDocument(*row)) for xmin, *row in await cursor.fetchall()]
    return {(one.id, xmin): one for xmin, one in found}
