"""What a call of the API is: its path, who may make it, what it takes and what it answers."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from starlette.requests import Request

from pgtoll.console.doorman import Doorman
from pgtoll.office.desk import Desk
from pgtoll.office.documents import NamedFile
from pgtoll_policy.request import Want


class Place(Enum):
    """Where a value is sent."""

    PATH = "path"
    QUERY = "query"
    BODY = "body"  # of a JSON object


class Kind(Enum):
    """What a value is."""

    TEXT = "text"
    NUMBER = "number"  # a whole one
    NAMES = "names"  # a list of texts, each once
    WANTS = "wants"  # a list of products, each with a number of seats or null


class Need(Enum):
    """Who may make a call."""

    NOBODY = "anybody"
    MANAGER = "a license administrator who is logged in"
    TOKEN = "a front end with a token of the configuration, or a license administrator"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Field:
    """One value that a call takes."""

    name: str
    kind: Kind
    place: Place
    about: str
    required: bool = False
    most: int = 1_000  # characters, items, or the number itself
    least: int = 0
    default: int | None = None  # of a number


Value = str | int | tuple[str, ...] | tuple[Want, ...] | None


@dataclass(frozen=True, slots=True)
class Ask:
    """One call as somebody makes it; what it takes has been checked."""

    desk: Desk
    doorman: Doorman
    user: str  # who is logged in, "" for nobody
    request: Request
    now: datetime
    values: Mapping[str, Value]
    files: Sequence[NamedFile] = ()

    def text(self, name: str) -> str:
        """Return a text, "" when it was not sent."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """Return a number that has a default."""
        value = self.values[name]
        assert isinstance(value, int)  # noqa: S101  # it was declared so
        return value

    def number_or_none(self, name: str) -> int | None:
        """Return a number, None when it was not sent."""
        value = self.values.get(name)
        return value if isinstance(value, int) else None

    def names(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.values.get(name)
        items = value if isinstance(value, tuple) else ()
        return tuple(one for one in items if isinstance(one, str))

    def wants(self, name: str) -> tuple[Want, ...]:
        """Return a list of products and seats."""
        value = self.values.get(name)
        items = value if isinstance(value, tuple) else ()
        return tuple(one for one in items if isinstance(one, Want))


@dataclass(frozen=True, slots=True)
class Download:
    """An answer that is a file."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API."""

    method: str
    path: str  # below /api
    name: str  # of the operation, for programs that are generated
    about: str  # one sentence
    perform: Callable[[Ask], Awaitable[object]]
    answers: type | None  # None: nothing, with status 204
    fields: tuple[Field, ...] = ()
    files: bool = False  # whether signed files are sent as a form of parts
    need: Need = Need.MANAGER
    errors: tuple[int, ...] = ()  # statuses besides those that follow from the rest

    @property
    def body(self) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if one.place is Place.BODY)
