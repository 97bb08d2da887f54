"""What schema pgtoll is when nobody has touched it, read from the migrations that made it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_FUNCTION = re.compile(
    r"^CREATE (?:OR REPLACE )?FUNCTION pgtoll\.(?P<name>\w+)"
    r"\((?P<arguments>[^()]*)\)(?P<header>.*?)AS \$\$(?P<body>.*?)\$\$;$",
    re.DOTALL | re.MULTILINE,
)
_DROPPED = re.compile(r"^DROP FUNCTION (?:IF EXISTS )?pgtoll\.(\w+)", re.MULTILINE)
_SETTING = re.compile(r"^(?:.* )?SET (\w+) = ", re.MULTILINE)
_OPEN = re.compile(r"^GRANT EXECUTE ON FUNCTION pgtoll\.(\w+)\(.*\) TO PUBLIC;$", re.MULTILINE)
_TRIGGER = re.compile(
    r"^CREATE TRIGGER (?P<name>\w+) [^;]*? ON pgtoll\.(?P<table>\w+)\s[^;]*;", re.MULTILINE
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
    functions: dict[str, Function] = {}
    triggers: dict[tuple[str, str], str] = {}
    for sql in migrations:
        for name in _DROPPED.findall(sql):
            functions.pop(name, None)
        opened = set(_OPEN.findall(sql))
        functions |= {match["name"]: _function(match, opened) for match in _FUNCTION.finditer(sql)}
        triggers |= {(found["table"], found["name"]): found[0] for found in _TRIGGER.finditer(sql)}
    return Reference(functions, triggers)


def _function(match: re.Match[str], opened: set[str]) -> Function:
    text = re.sub(r"^CREATE (OR REPLACE )?", "CREATE OR REPLACE ", match[0])
    return Function(
        name=match["name"],
        arguments=re.sub(r"\bint\b", "integer", match["arguments"]),
        definition=text,
        body=match["body"],
        definer=" SECURITY DEFINER" in match["header"],
        settings=frozenset(_SETTING.findall(match["header"])),
        open=match["name"] in opened,
    )
