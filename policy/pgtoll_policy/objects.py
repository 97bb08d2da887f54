"""Licensed objects: `Name`, `schema.Name` or a pattern with `*`, and the relations they match.

Letters match in either case, ASCII letters only: that is how PostgreSQL folds names.
"""

import re
from dataclasses import dataclass

from pgtoll_policy.errors import BadDocument
from pgtoll_policy.fields import hides_something

MAX_NAME_BYTES = 63  # PostgreSQL cuts longer names, so a longer one could never match
CUSTOMER_PREFIX = "usr"  # what customers call their own objects; no vendor may claim it

_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}")
_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


@dataclass(frozen=True, slots=True)
class ObjectPattern:
    """Which relations one line of a product's index means. Both parts are folded."""

    schema: str  # "*" when the index names none
    name: str

    @property
    def exact(self) -> bool:
        """Whether the name has no wildcard; the schema may still be any."""
        return "*" not in self.name

    def matches(self, schema: str, name: str) -> bool:
        """Tell whether a relation of folded names is meant; schema "" stands for any schema."""
        return glob_matches(self.name, name) and (not schema or glob_matches(self.schema, schema))


def fold(name: str) -> str:
    """Return the name with its ASCII letters in lower case, and no others changed."""
    return name.lower() if name.isascii() else name.translate(_ASCII_LOWER)


def parse_object(text: str) -> ObjectPattern:
    """Return the pattern of one line of an index. Raises BadDocument."""
    parts = text.split(".")
    if len(parts) > 2:
        raise BadDocument(f"object {text!a} has more than one dot")
    for part in parts:
        if not part or part != part.strip() or '"' in part or hides_something(part):
            raise BadDocument(f"object {text!a} is not Name, schema.Name or a pattern with *")
        if len(part.encode()) > MAX_NAME_BYTES:
            raise BadDocument(f"object {text!a} is longer than {MAX_NAME_BYTES} bytes")
    schema, name = parts if len(parts) == 2 else ("*", text)
    return ObjectPattern(fold(schema), fold(name))


def check_prefix(prefix: str) -> None:
    """Refuse a developer prefix that no vendor can have."""
    if not _PREFIX.fullmatch(prefix):
        raise BadDocument(
            f"prefix must be 1 to 31 ASCII letters, digits, '_', first a letter: {prefix!a}"
        )
    if prefixes_overlap(prefix, CUSTOMER_PREFIX):
        raise BadDocument(f"prefix {prefix} claims names under Usr, the customers' own prefix")


def prefixes_overlap(left: str, right: str) -> bool:
    """Tell whether some name starts with both."""
    left, right = fold(left), fold(right)
    return left.startswith(right) or right.startswith(left)


def objects_overlap(left: ObjectPattern, right: ObjectPattern) -> bool:
    """Tell whether some relation would be meant by both."""
    return globs_overlap(left.name, right.name) and globs_overlap(left.schema, right.schema)


def glob_matches(pattern: str, text: str) -> bool:
    """Tell whether the whole text matches. Linear, however many wildcards there are."""
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == text
    *middle, last = rest
    if len(text) < len(first) + len(last) or not text.startswith(first):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        at = text.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return text.endswith(last)


def globs_overlap(left: str, right: str) -> bool:
    """Tell whether some text matches both: walk all pairs of positions that can be reached."""
    if "*" not in left:
        return glob_matches(right, left)
    seen, pending = {(0, 0)}, [(0, 0)]
    while pending:
        i, j = pending.pop()
        if i == len(left) and j == len(right):
            return True
        steps = [step for step in _steps(left, i, right, j) if step not in seen]
        seen.update(steps)
        pending += steps
    return False


def _steps(left: str, i: int, right: str, j: int) -> list[tuple[int, int]]:
    steps: list[tuple[int, int]] = []
    ends, wild = (i == len(left), j == len(right)), (left[i : i + 1], right[j : j + 1])
    if wild[0] == "*":
        steps += [(i + 1, j)] if ends[1] else [(i + 1, j), (i, j + 1)]
    if wild[1] == "*":
        steps += [(i, j + 1)] if ends[0] else [(i, j + 1), (i + 1, j)]
    if wild[0] == wild[1] and not any(ends):
        steps.append((i + 1, j + 1))
    return steps
