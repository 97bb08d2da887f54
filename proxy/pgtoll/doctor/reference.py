"""What schema pgtoll is when nobody has touched it, read from the migrations that made it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_FUNCTION = re.compile(
    r"^CREATE (?:OR REPLACE )?FUNCTION pgtoll\.(?P<name>\w+)"
    r"\((?P<arguments>[^()]*)\)(?P<header>.*?)AS \$\$(?P<body>.*?)\$\$;$",
    re.DOTALL | re.MULTILINE,
)
_SETTING = re.compile(r"^(?:.* )?SET (\w+) = ", re.MULTILINE)
# What decides, in this order, whether everybody may call a function: a new one they may.
_RIGHTS = re.compile(
    r"^(?P<act>CREATE|DROP|GRANT EXECUTE ON|REVOKE ALL ON) (?:OR REPLACE )?"
    r"(?:FUNCTION (?:IF EXISTS )?pgtoll\.(?P<name>\w+)|ALL FUNCTIONS IN SCHEMA pgtoll)",
    re.MULTILINE,
)
_TRIGGER = re.compile(
    r"^CREATE (?:CONSTRAINT )?TRIGGER (?P<name>\w+) [^;]*? ON pgtoll\.(?P<table>\w+)\s[^;]*;",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Function:
    """A function of ours as a migration defines it."""

    name: str
    arguments: str  # as pg_get_function_identity_arguments writes them
    definition: str  # a CREATE OR REPLACE FUNCTION statement
    body: str
    definer: bool  # whether it runs with its owner's rights
    settings: frozenset[str]  # the names of those that it runs under
    open: bool  # whether everybody may call it


@dataclass(frozen=True, slots=True)
class Reference:
    """Everything in schema pgtoll that acts."""

    functions: dict[str, Function]
    triggers: dict[tuple[str, str], str]  # (table, name) -> the statement that makes it


def read_reference(migrations: Iterable[str]) -> Reference:
    """Return what these migrations leave behind when they have run in order."""
    texts = tuple(migrations)
    open_ = _rights(texts)
    functions: dict[str, Function] = {}
    triggers: dict[tuple[str, str], str] = {}
    for sql in texts:
        functions |= {match["name"]: _function(match, open_) for match in _FUNCTION.finditer(sql)}
        triggers |= {(found["table"], found["name"]): found[0] for found in _TRIGGER.finditer(sql)}
    return Reference({name: functions[name] for name in sorted(functions.keys() & open_)}, triggers)


def _rights(texts: Iterable[str]) -> dict[str, bool]:
    """Return the functions that there are in the end, and whether everybody may call each."""
    open_: dict[str, bool] = {}
    for match in (found for sql in texts for found in _RIGHTS.finditer(sql)):
        act, name = match["act"], match["name"]
        if name is None:
            open_ = dict.fromkeys(open_, not act.startswith("REVOKE"))
        elif act == "DROP":
            open_.pop(name, None)
        else:
            open_[name] = open_.get(name, True) if act == "CREATE" else act.startswith("GRANT")
    return open_


def _function(match: re.Match[str], open_: dict[str, bool]) -> Function:
    text = re.sub(r"^CREATE (OR REPLACE )?", "CREATE OR REPLACE ", match[0])
    return Function(
        name=match["name"],
        arguments=re.sub(r"\bint\b", "integer", match["arguments"]),
        definition=text,
        body=match["body"],
        definer=" SECURITY DEFINER" in match["header"],
        settings=frozenset(_SETTING.findall(match["header"])),
        open=open_.get(match["name"], False),
    )
