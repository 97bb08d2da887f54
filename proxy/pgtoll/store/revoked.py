"""Revocations that a proxy knows of hold, whatever becomes of the store.

Licenses are withdrawn for good. A store that was restored to an earlier time has not heard of it,
and whoever may delete rows can make it forget. So a proxy goes by every revocation that it has seen
in the store since it was started, and by those in the directory of trusted keys; what the store
lacks of these it is given again. Commands and the console go by the latter as well.
"""

import logging
from collections.abc import Iterable

from pgtoll.config import Trust
from pgtoll.store.archive import StoredDocument
from pgtoll.store.verified import VerifiedFiles
from pgtoll_policy.admission import revoked_licenses
from pgtoll_policy.documents import Document, Revocation
from pgtoll_policy.errors import LicenseError
from pgtoll_policy.keys import TrustedKeys

log = logging.getLogger("pgtoll.revoked")


def beside(trust: Trust) -> tuple[Revocation, ...]:
    """Return the revocations that lie beside the trusted keys, and that these have signed."""
    if not trust.revocations:
        return ()
    revoked, keys = Revoked(), trust.keys()
    revoked.trust(trust.revocations, keys)
    return revoked.known(keys)


class Revoked:
    """Revocations by their files: what a vendor has signed anybody may bring back."""

    def __init__(self) -> None:
        self._known: dict[bytes, Revocation] = {}
        self._verified = VerifiedFiles()
        self._missing: dict[bytes, Revocation] = {}

    def trust(self, files: Iterable[bytes], keys: TrustedKeys) -> None:
        """Take note of files that stand beside the trusted keys."""
        for file in files:
            try:
                self._note(file, self._verified.read(file, keys))
            except LicenseError as exc:
                log.warning("a revocation beside the trusted keys does not count: %s", exc)

    def known(self, keys: TrustedKeys) -> tuple[Revocation, ...]:
        """Return those that count: a key that is trusted no more takes along what it has signed."""
        return tuple(one for one in self._known.values() if one.key_id in keys)

    def join(
        self, stored: Iterable[StoredDocument], held: dict[int, Document], keys: TrustedKeys
    ) -> list[Document]:
        """Return what is held, and the revocations that are known and not held."""
        for one in stored:
            if one.id in held:
                self._note(one.file, held[one.id])
        documents = list(held.values())
        self._missing = {}
        for file, revocation in self._known.items():
            if revocation.key_id in keys and not revocation.licenses <= revoked_licenses(documents):
                self._missing[file] = revocation
                documents.append(revocation)
        return documents

    def _note(self, file: bytes, document: Document) -> None:
        if isinstance(document, Revocation):
            self._known[file] = document

    def take_missing(self) -> dict[bytes, Revocation]:
        """Return what the store lacked when it was read last, and is to be given."""
        missing, self._missing = self._missing, {}
        return missing
