"""An attack's file, read: what it wants, and what is sent, by whom and how.

The format is described in README.md beside this file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from attacks.statements import split_statements

HERE = Path(__file__).parent
GROUPS = ("reads", "writes", "caps", "tampering", "lexer", "protocol", "honest")
MARKER = "top-secret-4711"
OLDEST, NEWEST = 15, 18


class Wants(Enum):
    """What an attacker is after; an honest file wants nothing."""

    READ = "read"
    WRITE = "write"
    FILL = "fill"
    TAMPER = "tamper"
    NOTHING = ""


class BadFile(ValueError):
    """The file is not an attack as README.md describes them."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that is sent at once, and how."""

    statements: tuple[str, ...]  # several only in a pipeline
    session: str = "first"
    user: str = "mallory"
    extended: bool = False
    waits: bool = True  # for the replies, before the next step
    copied: bytes | None = None  # what COPY FROM STDIN is given


@dataclass(frozen=True, slots=True)
class Attack:
    """One file: what it does, when it worked, and its steps."""

    name: str  # group/file
    path: Path
    summary: str
    wants: Wants
    proof: str = ""
    shows: str = MARKER
    setup: str = ""
    known: str = ""  # why it still works
    unobserved: str = ""  # why observe mode does not write it down
    unread: str = ""  # "refuse": it works where code that is not read runs watched, by default
    versions: range = field(default=range(OLDEST, NEWEST + 1))
    steps: tuple[Step, ...] = ()

    @property
    def honest(self) -> bool:
        return self.wants is Wants.NOTHING


HEAD = re.compile(r"-- (wants|since|until|proof|shows|known|unobserved|unread): *(.*)")
SETUP, ATTACK = "-- setup:", "-- attack:"


def files() -> list[Path]:
    """Return every attack's file, in an order that never changes."""
    found = [path for group in GROUPS for path in (HERE / group).glob("*.sql")]
    found += [path for path in (HERE / "protocol").glob("*.py") if path.stem != "__init__"]
    return sorted(found)


def name_of(path: Path) -> str:
    """Return what an attack is called: its group and its file."""
    return f"{path.parent.name}/{path.stem}"


def read_script(path: Path) -> Attack:
    """Read one .sql file; raise BadFile if it is none of ours."""
    # Not splitlines(), which takes letters of some attacks for the ends of lines.
    lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    if ATTACK not in lines or not lines[0].startswith("-- "):
        raise BadFile(f"{path.name}: a sentence first, and a line {ATTACK!r}")
    at = lines.index(ATTACK)
    head, setup = _divide(lines[1:at])
    given = _head(path, head)
    first = int(given.get("since", OLDEST))
    last = int(given.get("until", NEWEST))
    return Attack(
        name=name_of(path),
        path=path,
        summary=lines[0].removeprefix("-- "),
        wants=_wants(path, given.get("wants", "")),
        proof=given.get("proof", "").rstrip(";"),
        shows=given.get("shows", MARKER),
        setup=setup,
        known=given.get("known", ""),
        unobserved=given.get("unobserved", ""),
        unread=_unread(path, given.get("unread", "")),
        versions=range(first, last + 1),
        steps=tuple(_steps(path, lines[at + 1 :])),
    )


def _divide(lines: list[str]) -> tuple[list[str], str]:
    """The head and the setup, which reaches up to the next directive."""
    if SETUP not in lines:
        return lines, ""
    at = lines.index(SETUP)
    end = next((n for n in range(at + 1, len(lines)) if HEAD.fullmatch(lines[n])), len(lines))
    return lines[:at] + lines[end:], "\n".join(lines[at + 1 : end])


def _head(path: Path, lines: list[str]) -> dict[str, str]:
    """Each directive and its value; what follows it as comments goes on with it."""
    given: dict[str, str] = {}
    last = ""
    for line in lines:
        if match := HEAD.fullmatch(line):
            last = match[1]
            given[last] = match[2].strip()
        elif not line.startswith("--") and line.strip():
            raise BadFile(f"{path.name}: {line!r} stands before {ATTACK!r}")
        elif last == "proof":
            given[last] += " " + line.removeprefix("--").strip()
    return given


def _wants(path: Path, word: str) -> Wants:
    wants = Wants(word)
    if (wants is Wants.NOTHING) != (path.parent.name == "honest"):
        raise BadFile(f"{path.name}: an attack wants something, an honest file nothing")
    return wants


def _unread(path: Path, word: str) -> str:
    if word not in ("", "refuse"):
        raise BadFile(f"{path.name}: unread is refuse, or nothing is said of it")
    return word


@dataclass
class _How:
    """How the statements that follow are sent."""

    session: str = "first"
    user: str = "mallory"
    extended: bool = False
    form: str = "apart"
    waits: bool = True
    times: range = range(1)


DIRECTIVE = re.compile(
    r"-- (session|as|extended|simple|apart|together|pipeline|without waiting|repeat|copy data)"
    r"(?:: *(.*))?"
)
USERS = {"owner": "alice", "attacker": "mallory"}


def _steps(path: Path, lines: list[str]) -> Iterator[Step]:
    """Turn the attack's lines into steps; each directive ends the statements before it."""
    how = _How()
    text: list[str] = []
    ready: list[Step] = []
    rest = iter(lines)
    for line in rest:
        match = DIRECTIVE.fullmatch(line.rstrip())
        if match is None:
            text.append(line)
            continue
        ready += _sent("\n".join(text), how)
        text = []
        if match[1] == "copy data":
            if not ready:
                raise BadFile(f"{path.name}: data before any COPY")
            ready[-1] = _with_data(ready[-1], _data(rest, match[2] or ""))
        else:
            _change(path, how, match[1], (match[2] or "").strip())
    yield from ready + list(_sent("\n".join(text), how))


def _change(path: Path, how: _How, word: str, value: str) -> None:
    match word:
        case "session":
            how.session, how.user = value, "mallory"
        case "as":
            how.user = USERS.get(value, value)
            how.session = value
        case "extended" | "simple":
            how.extended = word == "extended"
        case "apart" | "together" | "pipeline":
            how.form = word
        case "without waiting":
            how.waits = False
        case "repeat":
            how.times = _numbers(path, value)


def _numbers(path: Path, value: str) -> range:
    match = re.fullmatch(r"(\d+)\.\.(\d+)", value)
    if match is None:
        raise BadFile(f"{path.name}: {value!r} is not of the form 1..9")
    return range(int(match[1]), int(match[2]) + 1)


def _sent(text: str, how: _How) -> Iterator[Step]:
    """The steps of some lines. `repeat` and `without waiting` hold for these alone."""
    if not text.strip():
        return
    texts = [text] if how.form == "together" else split_statements(text)
    if how.times != range(1):
        texts = [one.replace("{n}", str(n)) for n in how.times for one in texts]
    groups = [tuple(texts)] if how.form == "pipeline" else [(one,) for one in texts]
    extended = how.extended or how.form == "pipeline"
    for group in groups:
        yield Step(group, how.session, how.user, extended=extended, waits=how.waits)
    how.times, how.waits = range(1), True


def _data(lines: Iterator[str], times: str) -> bytes:
    """The lines up to `\\.`; with `1..9` once for each number, which `{n}` stands for."""
    taken: list[str] = []
    for line in lines:
        if line == "\\.":
            break
        taken.append(line + "\n")
    text = "".join(taken)
    if times:
        first, last = times.split("..")
        text = "".join(text.replace("{n}", str(n)) for n in range(int(first), int(last) + 1))
    return text.encode()


def _with_data(step: Step, data: bytes) -> Step:
    return Step(step.statements, step.session, step.user, step.extended, step.waits, data)
