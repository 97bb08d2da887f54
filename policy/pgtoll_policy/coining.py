"""Which code that cannot be read makes up no names of parameters, by the words in it.

Who sets a parameter that nobody has defined makes its name known to the session for good (ADR 5).
That takes set_config, a SET that names one, or a text made at run time that may be either. A body
in which no word and no string stands for any of them makes up a name only by what it leads to.
Other than in a proof, nothing is cut out of the body: strings and comments count as code.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from pgtoll_policy.identifiers import truncate

# Without these a body makes no code for later and drops none, runs no other's cursor, and loads
# nothing.
_NEVER = frozenset(
    ["alter", "deallocate", "discard", "fetch", "import", "load", "move", "prepare", "refresh"]
) | {"set_config"}
_NAME = r"(?:[a-z_\x80-\U0010ffff][a-z0-9_$\x80-\U0010ffff]*|\"[^\".]*\"|%(?:\d+\$)?i)"
# What may stand behind these words; whatever else does may be what makes up a name.
_CREATES = re.compile(r"\s+(?:(?:temp|temporary|unlogged)\s+)?table\b|\s+(?:unique\s+)?index\b")
_DOES = re.compile(r"\s+(?:nothing|update)\b")
_SETS = re.compile(
    rf"\s*\(|\s+constraints\b|\s+(?:(?:local|session)\s+)?{_NAME}\s*(?:=|:=|\[|to\b)"
)
_INNER = re.compile(r"[a-z_\x80-\U0010ffff][a-z0-9_$\x80-\U0010ffff]*")
_WORD = re.compile(r"(?<![a-z0-9_$\x80-\U0010ffff])(?:create|do|set)(?![a-z0-9_$\x80-\U0010ffff])")
_EXECUTE = re.compile(r"(?<![a-z_\x80-\U0010ffff])execute(?![a-z0-9_$\x80-\U0010ffff])")

# EXECUTE of a constant, or of format() with one: it begins as a query does, and has no string, no
# quoted name, no comment and no second statement in it that what is filled in could be a part of.
_BEGINS = r"\s*(?:delete|insert|select|truncate|update)\b[^'\"\\;]*"
_PLAIN = r"(?:[^()'\"\\]|'[^'\\]*')"
_VALUES = rf"(?:{_PLAIN}|\((?:{_PLAIN}|\({_PLAIN}*\))*\))*"
_END = r"\s*(?:;|using\b|into\b|loop\b)"
_CONSTANT = re.compile(rf"\s+'({_BEGINS})'{_END}")
_FORMAT = re.compile(rf"\s+(?:pg_catalog\.)?format\s*\(\s*'({_BEGINS})'(\s*,{_VALUES})?\){_END}")
_COMMENT = re.compile(r"--|/\*|\$\$|\$[a-z_]")
_FILLED = re.compile(r"%(?:\d+\$)?([il])")
# A name in front of parentheses may be a function's, unless rows are inserted into it.
_TARGET = re.compile(rf"\s*insert\s+into\s+(?:{_NAME}\s*\.\s*)?%(?:\d+\$)?i\s*(?=\()")
_CALLED = re.compile(r"%(?:\d+\$)?i\s*\(")
# So may one behind a dot, unless it is a relation's behind its schema's.
_RELATION = re.compile(
    rf"\b(?:from|into|join|only|truncate|table|update)\s+{_NAME}\s*\.\s*%(?:\d+\$)?i\b"
)
_BEHIND_DOT = re.compile(r"\.\s*%")
# What is filled in stands alone: nothing beside it makes one token of the two.
_ALONE = re.compile(r"(?<![^\s(),.=<>+*/|-])%(?:\d+\$)?[il](?![^\s(),.=<>+*/|:-])")


_LOWER = {capital: capital + 32 for capital in range(65, 91)}
MOST_CHARACTERS = 256 << 10  # of a body that is looked at


@dataclass(frozen=True, slots=True)
class Loose:
    """What a body that cannot be read may lead to, if it makes up no names by itself."""

    words: frozenset[str]  # any may be a name of anything
    any_relation: bool = False  # and queries may name what is told at run time


@lru_cache(maxsize=4096)
def loose_body(text: str) -> Loose | None:
    """Return what a body in SQL or PL/pgSQL may lead to; None if it may make up names itself."""
    body = _folded(text)
    if len(text) > MOST_CHARACTERS:
        return None
    if 'u&"' in body or "u&'" in body or '""' in body or "\\" in body:
        return None
    words = frozenset(_INNER.findall(body)) | frozenset(_INNER.findall(text.lower()))
    if not words.isdisjoint(_NEVER) or not _is_tame(body):
        return None
    templates = _templates(body)
    if templates is None:
        return None
    quoted = frozenset(text.split('"'))  # whatever is between two quotes may be a name
    names = frozenset(truncate(word) for word in words | quoted if word)
    return Loose(names, any("%" in one for one in templates))


def _folded(text: str) -> str:
    """Return a text in lower case, as far as the server folds it whatever its locale."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


def _is_tame(body: str) -> bool:
    allowed = {"create": _CREATES, "do": _DOES, "set": _SETS}
    return all(allowed[one[0]].match(body, one.end()) for one in _WORD.finditer(body))


def _templates(body: str) -> list[str] | None:
    """Return the constants that texts are made of, None if some text may be anything."""
    found = []
    for place in _EXECUTE.finditer(body):
        if match := _CONSTANT.match(body, place.end()):
            template, values = match[1].replace("%", "%%"), ""
        elif match := _FORMAT.match(body, place.end()):
            template, values = match[1], match[2] or ""
        else:
            return None
        if _COMMENT.search(values) or not _is_query(template):
            return None
        found.append(template.replace("%%", ""))
    return found


def _is_query(template: str) -> bool:
    """Tell whether a template is one query whatever names and values are filled in."""
    text = template.replace("%%", " mod ")
    rest = _FILLED.sub("", text)
    if (
        "%" in rest
        or _COMMENT.search(rest)
        or len(_ALONE.findall(text)) != len(_FILLED.findall(text))
    ):
        return False
    text = _TARGET.sub("insert into t ", text)
    return not (_CALLED.search(text) or _BEHIND_DOT.search(_RELATION.sub("from t", text)))
