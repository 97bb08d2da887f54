"""What is recorded of a statement: the facts that it is judged by, and its text without constants.

Facts are names, and names stand in a text as names. The exceptions are taken out here: relations
that a constant names, settings that one names, whatever error messages cite, and what serves as a
name in a session only. A statement's text is kept if PostgreSQL's own grammar has replaced its
constants, and its scanner finds no other.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256

from pgtoll.parsing.messages import decode, encode
from pgtoll_policy.catalog import Catalog
from pgtoll_policy.facts import ANY_END, ANY_SETTING, Name, Script, Statement
from pgtoll_policy.lexer import without_constants
from pgtoll_policy.reach import reach
from pgtoll_policy.shape import shape_of
from pgtoll_policy.spelling import LICENSE_USER
from pgtoll_policy.verdict import OUR_SETTINGS

SOMETHING = Name("", "?")  # in the place of a name that a constant gave
LONGEST_TEXT = 2_000  # characters of a shape's text; it is for people
MOST_TOUCHED = 50  # relations named with a shape
ID_DIGITS = 24
NEVER_SEEN = "nobody has read its text"
NOT_READ = "it was not read in time"


class NotShapes(ValueError):
    """What claims to be a shape is none."""


@dataclass(frozen=True, slots=True)
class Shape:
    """All statements that are judged alike and look alike but for their constants."""

    id: str  # of all the rest
    text: str  # for people; "" when it may hold a constant
    script: Script  # one statement, or none and a refusal
    touches: tuple[str, ...] = ()  # the relations that were certainly touched, as schema.name
    unseen: bool = False  # nobody has read it: it may be anything

    @property
    def title(self) -> str:
        """What it is called in a list."""
        verb = self.script.statements[0].verb if self.script.statements else ""
        return self.text or (f"{verb} …" if verb else f"({self.why or 'a statement'})")

    @property
    def why(self) -> str:
        """Why it may be anything, or cannot be judged; "" when it was read."""
        opaque = self.script.statements[0].opaque if self.script.statements else ""
        return self.script.refusal or (opaque if self.unseen else "")


def shapes_of(script: Script, sql: bytes, catalog: Catalog, *, plain: bool) -> tuple[Shape, ...]:
    """Return the shapes of a text's statements.

    `plain` says that the text is UTF-8, and was read with `standard_conforming_strings = on`.
    """
    if script.rejected:
        return (_made("", Script((), refusal="its syntax is unknown", rejected=True)),)
    refusal = _safe(script.refusal)
    if not script.statements:
        return (_made("", Script((), refusal=refusal)),) if refusal else ()
    text = _text(sql) if script.shapeable and plain else ""
    return tuple(
        _of_statement(one, text, refusal, catalog, shapeable=script.shapeable)
        for one in script.statements
    )


def unseen_shape(reason: str = NEVER_SEEN) -> Shape:
    """Return the shape of statements that nobody has read."""
    return _made("", Script((Statement("", 0, ANY_END, opaque=reason),)), unseen=True)


def unreadable_shape(reason: str) -> Shape:
    """Return the shape of statements that cannot be judged."""
    return _made("", Script((), refusal=_safe(reason) or NOT_READ))


def as_value(shape: Shape) -> dict[str, object]:
    """Return a shape as plain values."""
    return {
        "shape": shape.id,
        "text": shape.text,
        "facts": _facts(shape.script),
        "touches": list(shape.touches),
        "unseen": shape.unseen,
    }


def from_value(value: object) -> Shape:
    """Return the shape that plain values stand for. Raises NotShapes."""
    try:
        fields = dict(value) if isinstance(value, dict) else {}
        script = decode(json.dumps(fields["facts"]).encode())
        text, touches = str(fields["text"]), tuple(map(str, fields["touches"]))
        shape = _made(text, script, touches, unseen=bool(fields["unseen"]))
    except (KeyError, ValueError, TypeError) as exc:
        raise NotShapes("what it says of a statement is not what is recorded of one") from exc
    one = len(script.statements) == 1 or (script.refusal and not script.statements)
    if not one or shape.id != fields.get("shape"):
        raise NotShapes("what it says of a statement is not what was recorded")
    return shape


def _of_statement(
    statement: Statement, text: str, refusal: str, catalog: Catalog, *, shapeable: bool
) -> Shape:
    whole = replace(statement, start=0, end=ANY_END)
    kept = whole if shapeable else without_literals(whole, catalog)
    touched = sorted(f"{one.schema}.{one.name}" for one in reach(whole, catalog).reads)
    script = Script((kept,), refusal=refusal, shapeable=shapeable)
    return _made(text, script, tuple(touched[:MOST_TOUCHED]))


def _made(
    text: str, script: Script, touches: tuple[str, ...] = (), *, unseen: bool = False
) -> Shape:
    told = json.dumps([text, _facts(script), unseen], sort_keys=True, separators=(",", ":"))
    return Shape(sha256(told.encode()).hexdigest()[:ID_DIGITS], text, script, touches, unseen)


def _facts(script: Script) -> object:
    """Return a script as plain values, in one order for all processes."""
    return _ordered(json.loads(encode(script)))


def _ordered(value: object) -> object:
    if isinstance(value, dict):
        return {key: _ordered(one) for key, one in value.items()}
    if not isinstance(value, list):
        return value
    items = [_ordered(one) for one in value]
    names = all(isinstance(one, str) for one in items)
    pairs = all(isinstance(one, list) and len(one) == 2 for one in items)
    return sorted(items, key=json.dumps) if names or pairs else items


def _text(sql: bytes) -> str:
    """Return a text whose facts hang on no constant, without constants; "" if there may be one."""
    shape = shape_of(sql)
    if shape is None:
        return ""
    try:
        text = without_constants(shape)
    except ValueError:
        return ""
    # Where it is not certain what is a constant, nothing but a word and this is left.
    return "" if text.endswith(" …") else text[:LONGEST_TEXT]


def without_literals(statement: Statement, catalog: Catalog) -> Statement:
    """Return the facts of a statement whose constants may have given some of its names."""
    known = partial(_known, catalog=catalog)
    plain = partial(without_literals, catalog=catalog)
    return replace(
        statement,
        reads=_words(statement.reads),
        writes=_words(statement.writes),
        inserts=_words(statement.inserts),
        updates=_words(statement.updates),
        deletes=_words(statement.deletes),
        truncates=_words(statement.truncates),
        empties=_words(statement.empties),
        functions=_words(statement.functions),
        types=_words(statement.types),
        only=_words(statement.only),
        makes=_words(statement.makes),
        columns=frozenset(one for one in statement.columns if "'" not in one),
        others=frozenset(map(known, statement.others)),
        settings=tuple(map(_setting, statement.settings)),
        names_user=None,
        prepares=None if statement.prepares is None else SOMETHING.name,
        executes=None if statement.executes is None else SOMETHING.name,
        opaque=_safe(statement.opaque),
        unwatchable=_safe(statement.unwatchable),
        undefined=_safe(statement.undefined),
        block="",
        language="",
        body=tuple(map(plain, statement.body)),
        defines=tuple(map(plain, statement.defines)),
    )


def _words(names: Iterable[Name]) -> frozenset[Name]:
    """Return names but for those that are strings: words of a function's body count as names, and
    to the scanner E'…' begins as a word does."""
    return frozenset(SOMETHING if "'" in one.name else one for one in names)


def _known(name: Name, catalog: Catalog) -> Name:
    """Return a name if a relation bears it: then it is no secret."""
    return name if catalog.named(name) or catalog.indexed(name) else SOMETHING


def _setting(name: str) -> str:
    """Return a parameter's name as far as it matters, which a constant may have given."""
    if name in ("all", ANY_SETTING, LICENSE_USER):
        return name
    return OUR_SETTINGS + SOMETHING.name if name.startswith(OUR_SETTINGS) else SOMETHING.name


def _safe(reason: str) -> str:
    """Return a reason as far as it cites nothing: what it cites may be a constant."""
    cut = min((at for mark in "\"':" if (at := reason.find(mark)) >= 0), default=len(reason))
    return reason[:cut].rstrip() or ("it is not read" if reason else "")
