"""How PostgreSQL makes a name of what is written: folding, quotes, and the cut at 63 bytes."""

import re

from pgtoll_policy.facts import Name

MAX_BYTES = 63  # NAMEDATALEN - 1

_FOLD = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_PART = re.compile(r'\s*(?:"((?:[^"]|"")+)"|([^\s".,()\[\]]+))\s*')


def fold(word: str) -> str:
    """Return an unquoted identifier as the server stores it: only ASCII letters are folded."""
    return truncate(word.translate(_FOLD))


def truncate(name: str) -> str:
    """Return a name cut to 63 bytes, never inside a character."""
    if len(name) * 4 <= MAX_BYTES:
        return name
    return name.encode(errors="surrogatepass")[:MAX_BYTES].decode(errors="ignore")


def qualified(parts: list[str]) -> Name:
    """Return the name of `name`, `schema.name` or `database.schema.name`."""
    return Name(parts[-2] if len(parts) > 1 else "", parts[-1] if parts else "")


def written_name(text: str) -> Name | None:
    """Return the name that a string such as `public."T 1"` means to regclass, if any."""
    parts: list[str] = []
    at = 0
    while match := _PART.match(text, at):
        quoted, bare = match.groups()
        parts.append(fold(bare) if quoted is None else truncate(quoted.replace('""', '"')))
        at = match.end()
        if at == len(text):
            return qualified(parts)
        if text[at] != ".":
            return None
        at += 1
    return None
