"""What schema pgtoll is when nobody has touched it, read from the migrations that made it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

_FUNCTION = re.compile(
    r"^CREATE (?:OR REPLACE )?FUNCTION pgtoll\.(?P<name>\w+)"
    r"\((?P<arguments>[^()]*)\)(?P<header>.*?)AS \$\$(?P<body>.*?)\$\$;$",
    re.DOTALL | re.MULTILINE,
)
_SETTING = re.compile(r"(?:^| )SET (\w+) = ", re.MULTILINE)
_ALTERED = re.compile(
    r"^ALTER FUNCTION pgtoll\.(?P<name>\w+)\((?P<arguments>[^()]*)\) (?P<added>SET \w+ = [^;]+);",
    re.MULTILINE,
)
# What decides, in this order, whether everybody may call a function: a new one they may.
_RIGHTS = re.compile(
    r"^(?P<act>CREATE|DROP|GRANT EXECUTE ON|REVOKE ALL ON) (?:OR REPLACE )?"
    r"(?:FUNCTION (?:IF EXISTS )?pgtoll\.(?P<name>\w+)\((?P<arguments>[^()]*)\)"
    r"|ALL FUNCTIONS IN SCHEMA pgtoll)",
    re.MULTILINE,
)
_TRIGGER = re.compile(
    r"^CREATE (?:CONSTRAINT )?TRIGGER (?P<name>\w+) [^;]*? ON pgtoll\.(?P<table>\w+)\s[^;]*;",
    re.MULTILINE,
)

# Types that PostgreSQL calls otherwise than we do.
_LONG = {"int": "integer", "timestamptz": "timestamp with time zone"}
_SHORT = re.compile(rf"\b({'|'.join(_LONG)})\b")


Signature = tuple[str, tuple[str, ...]]  # a name, and the types of the arguments as we write them


@dataclass(frozen=True, slots=True)
class Function:
    """A function of ours as a migration defines it."""

    name: str
    signature: Signature
    arguments: str  # as pg_get_function_identity_arguments writes them
    definition: str  # a CREATE OR REPLACE FUNCTION statement
    body: str
    definer: bool  # whether it runs with its owner's rights
    settings: frozenset[str]  # the names of those that it runs under
    open: bool  # whether everybody may call it

    def under(self, added: str) -> "Function":
        """Return the function as one that runs under one more setting, such as "SET jit = off"."""
        return replace(
            self,
            definition=self.definition.replace("AS $$", f"{added}\nAS $$", 1),
            settings=self.settings | set(_SETTING.findall(added)),
        )


@dataclass(frozen=True, slots=True)
class Reference:
    """Everything in schema pgtoll that acts."""

    functions: dict[Signature, Function]
    triggers: dict[tuple[str, str], str]  # (table, name) -> the statement that makes it


def read_reference(migrations: Iterable[str]) -> Reference:
    """Return what these migrations leave behind when they have run in order."""
    texts = tuple(migrations)
    open_ = _rights(texts)
    functions: dict[Signature, Function] = {}
    triggers: dict[tuple[str, str], str] = {}
    for sql in texts:
        for function in (_function(match, open_) for match in _FUNCTION.finditer(sql)):
            functions[function.signature] = function
        for match in _ALTERED.finditer(sql):
            one = (match["name"], _types(match["arguments"], named=False))
            functions[one] = functions[one].under(match["added"])
        triggers |= {(found["table"], found["name"]): found[0] for found in _TRIGGER.finditer(sql)}
    return Reference({one: functions[one] for one in sorted(functions.keys() & open_)}, triggers)


def _rights(texts: Iterable[str]) -> dict[Signature, bool]:
    """Return the functions that there are in the end, and whether everybody may call each."""
    open_: dict[Signature, bool] = {}
    for match in (found for sql in texts for found in _RIGHTS.finditer(sql)):
        act = match["act"]
        if match["name"] is None:
            open_ = dict.fromkeys(open_, not act.startswith("REVOKE"))
            continue
        one = (match["name"], _types(match["arguments"], named=act == "CREATE"))
        if act == "DROP":
            open_.pop(one, None)
        else:
            open_[one] = open_.get(one, True) if act == "CREATE" else act.startswith("GRANT")
    return open_


def _types(arguments: str, *, named: bool) -> tuple[str, ...]:
    """Return the types of arguments, which have their names before them where one is made."""
    texts = [" ".join(each.split()) for each in arguments.split(",") if each.strip()]
    return tuple(text.partition(" ")[2] if named else text for text in texts)


def _function(match: re.Match[str], open_: dict[Signature, bool]) -> Function:
    arguments = " ".join(match["arguments"].split())
    signature = (match["name"], _types(arguments, named=True))
    text = re.sub(r"^CREATE (OR REPLACE )?", "CREATE OR REPLACE ", match[0])
    return Function(
        name=match["name"],
        signature=signature,
        arguments=_SHORT.sub(lambda word: _LONG[word[0]], arguments),
        definition=text,
        body=match["body"],
        definer=" SECURITY DEFINER" in match["header"],
        settings=frozenset(_SETTING.findall(match["header"])),
        open=open_.get(signature, False),
    )
