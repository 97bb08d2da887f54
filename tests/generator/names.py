"""The relations of the generator's world, and all the ways to write their names."""

from generator.choices import Choices

DATABASE = "world_database"

TABLES = (
    "plain",
    "other",
    "Quoted",
    'od"d_na.me',
    "täble",
    "select",
    "x" * 63,
    "y" * 62,
    "parent",
    "child",
    "parts",
    "part_one",
    "keyed",
    "refers",
    "numbered",
    "logged",
    "ruled",
    "listed",
    "guarded",
    "triggered",
    "beside",
    "hidden",
)
VIEWS = ("seen", "seen_twice", "redirected", "kept")
WITH_KEY = ("other", "keyed")
# Where the unqualified name is found; `hidden` is a temporary table in front of another.
ASIDE = frozenset({"plain", "beside", "hidden"})
_BARE = frozenset({"Quoted", 'od"d_na.me', "select"})


def relation(choices: Choices) -> str:
    """Return the name of something that can be read, written in one of many ways."""
    return written(choices, choices.of((*TABLES, *VIEWS)))


def table(choices: Choices) -> str:
    """Return the name of something that can be written to."""
    return written(choices, choices.of((*TABLES, "seen", "redirected")))


def written(choices: Choices, name: str) -> str:
    """Return a name as somebody might write it, with or without its schema."""
    if name in ASIDE and (name == "beside" or choices.one_in(6)):
        schema = choices.of(("aside", "Aside", '"aside"'))
        return f"{schema}.{identifier(choices, name)}"
    if name == "hidden":
        return choices.of(("", "", "pg_temp.")) + identifier(choices, name)
    schema = choices.of(("", "", "", "", "world.", "WORLD.", '"world" . ', f"{DATABASE}.world."))
    return schema + identifier(choices, name)


def identifier(choices: Choices, name: str) -> str:
    """Return one part of a name in bare, folded, quoted, escaped or too long a form."""
    escaped = [] if choices.plain else [_escaped(name, "\\"), _escaped(name, "!")]
    if name in _BARE:
        return choices.of((_quoted(name), *escaped))
    forms = [name, name.translate(_UPPER), _quoted(name), *escaped]
    if len(name.encode()) == 63:
        forms += [name + "_and_more", _quoted(name + "ö")]
    if len(name.encode()) == 62:
        forms += [name + "ß", _quoted(name + "日本")]  # cut before the character that does not fit
    return choices.of([name, name, *forms])


_UPPER = {ord(lower): lower.upper() for lower in "abcdefghijklmnopqrstuvwxyz"}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _escaped(name: str, escape: str) -> str:
    first, rest = f"{escape}{ord(name[0]):04X}", name[1:].replace('"', '""')
    tail = "" if escape == "\\" else f" UESCAPE '{escape}'"
    return f'U&"{first}{rest}"{tail}'


def regclass(choices: Choices) -> str:
    """Return a name as a constant that stands for the relation's oid."""
    name = _quoted(choices.of(TABLES[:-2]))
    return f"'world.{name}'::regclass"
