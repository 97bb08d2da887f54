"""Names in a database that is not in UTF-8: the server cuts and folds them in its own encoding.

We read every text in UTF-8. There a name may be cut at another letter than the server's 63 bytes
end at, or the server make one letter of two of ours; and where each byte is a letter, it folds
capitals beyond ASCII by its locale. So a name in a text may be another object's than the one that
has it as we read it.
"""

from collections.abc import Iterable, Mapping

from pgtoll_policy.body import Body, BodyText
from pgtoll_policy.concerns import Concern
from pgtoll_policy.directory import Directory
from pgtoll_policy.facts import Statement
from pgtoll_policy.identifiers import MAX_BYTES
from pgtoll_policy.rows import CatalogRows, EncodingRow, FunctionRow, IndexRow, RelationRow, TypeRow

_Row = RelationRow | IndexRow | FunctionRow | TypeRow


def may_stray(rows: CatalogRows, directory: Directory) -> bool:
    """Tell whether a name beyond ASCII in a text may stand for what is not found by it here."""
    encoding = rows.encoding
    if not encoding.foreign:
        return False
    indexes = (row for group in directory.indexes.values() for row in group)
    places = _beyond_ascii([*directory.relations.values(), *indexes])
    code = _beyond_ascii([*rows.functions, *rows.types])
    taken = any(_is_taken_for(name, encoding) for name in places | code)
    return taken or bool(code and _misses(encoding))


def straying_concern(statement: Statement) -> Concern | None:
    """Return what speaks against the names in a statement where names may stray."""
    names = statement.reads | statement.writes | statement.inserts | statement.others
    names |= statement.functions | statement.types
    words = {word for name in names for word in (name.schema, name.name)} | statement.columns
    told = "its names may stand for others in the encoding of this database"
    return None if all(map(str.isascii, words)) else Concern(told)


def plain_bodies(bodies: Mapping[BodyText, Body]) -> dict[BodyText, Body]:
    """Return those in which no name beyond ASCII stands, nor one in escapes."""
    return {one: body for one, body in bodies.items() if _is_plain(one.text)}


def _beyond_ascii(rows: Iterable[_Row]) -> set[str]:
    names = {name for row in rows for name in (row.schema, row.name)}
    return {name for name in names if not name.isascii()}


def _is_taken_for(name: str, encoding: EncodingRow) -> bool:
    """Whether a text that we read as this name may mean another, or this by a longer one."""
    capitals = any(letter.isupper() and not letter.isascii() for letter in name)
    return _size(name) > MAX_BYTES or (encoding.folds and capitals)


def _misses(encoding: EncodingRow) -> bool:
    """Whether a text that we read as a name of nothing may mean one beyond ASCII: of code, such a
    name passes."""
    return encoding.folds or encoding.several


def _size(name: str) -> int:
    """How many bytes a name has in UTF-8; a part of a letter, as SQL_ASCII may have it, has more
    than it has there."""
    return len(name.encode(errors="surrogatepass"))


def _is_plain(text: str) -> bool:
    return text.isascii() and "\\" not in text and "&" not in text
