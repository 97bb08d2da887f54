"""Files that have verified once: each look at the store reads them all, and they hardly change.

A file is known by all of its bytes together with the keys that were trusted then, so what is
remembered is what verifying it again would give.
"""

from pgtoll_policy.documents import Document, read_document
from pgtoll_policy.keys import TrustedKeys

MOST_BYTES = 64 << 20  # of files; beyond that all are forgotten, and verified again

_Key = tuple[frozenset[str], bytes]  # ids of keys follow from the keys; a file


class VerifiedFiles:
    """Reads files, and remembers those that are sound."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._documents: dict[_Key, Document] = {}
        self._bytes = 0

    def read(self, file: bytes, keys: TrustedKeys) -> Document:
        """Return what a file says. Raises LicenseError for anything less than perfect."""
        key = frozenset(keys), file
        document = self._documents.get(key)
        if document is None:
            document = read_document(file, keys)
            self._remember(key, document)
        return document

    def _remember(self, key: _Key, document: Document) -> None:
        size = len(key[1])
        if self._bytes + size > self._most:
            self._documents.clear()
            self._bytes = 0
        self._documents[key] = document
        self._bytes += size
