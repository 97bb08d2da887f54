"""Every call of the API, and what it does."""

from dataclasses import dataclass
from datetime import datetime

from pgtoll.console.api.declaration import Ask, Call, Download, Field, Kind, Need, Place
from pgtoll.console.api.problems import Refused
from pgtoll.office.judging import Judging
from pgtoll.office.models import (
    Activity,
    Applied,
    CapsPage,
    Deleted,
    DeletePreview,
    Overview,
    ProductPage,
    Slice,
    Uploaded,
    UploadPreview,
    UsersPage,
)
from pgtoll.office.seating import LONGEST_NAME, MOST_USERS
from pgtoll_policy.operations import Answer
from pgtoll_policy.request import render_request

LARGEST_ID = (1 << 63) - 1  # of PostgreSQL's bigint
MOST_ROWS = 500  # of a list in one answer
MOST_SQL = 100_000  # characters


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A session. The token goes into the header `Authorization: Bearer TOKEN`."""

    user: str
    token: str


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who is logged in."""

    user: str
    at: datetime  # the time that licenses are judged by


async def _log_in(ask: Ask) -> LoggedIn:
    user = ask.text("user")
    admission = await ask.doorman.log_in(user, ask.text("password"), _address(ask))
    if not admission.word:
        status = 429 if admission.wait else 401
        raise Refused(status, "log-in", admission.refusal, wait=admission.wait)
    return LoggedIn(user, admission.word)


async def _who(ask: Ask) -> Somebody:
    return Somebody(ask.user, ask.now)


async def _log_out(ask: Ask) -> None:
    await ask.doorman.log_out(ask.request)


async def _overview(ask: Ask) -> Overview:
    return await ask.desk.overview(ask.now)


async def _product(ask: Ask) -> ProductPage:
    return await ask.desk.product(
        ask.text("code"), ask.now, search=ask.text("search"), seats=_slice(ask)
    )


async def _apply(ask: Ask) -> Applied:
    return await ask.desk.apply(
        ask.text("code"),
        grant=ask.names("grant"),
        recall=ask.names("recall"),
        version=ask.text("version"),
        actor=ask.user,
        now=ask.now,
    )


async def _preview_delete(ask: Ask) -> DeletePreview:
    return await ask.desk.preview_delete(ask.text("code"), ask.now)


async def _delete(ask: Ask) -> Deleted:
    return await ask.desk.delete(ask.text("code"), version=ask.text("version"), actor=ask.user)


async def _users(ask: Ask) -> UsersPage:
    return await ask.desk.users(
        ask.now, search=ask.text("search"), lacking=ask.text("lacking"), some=_slice(ask)
    )


async def _preview_upload(ask: Ask) -> UploadPreview:
    return await ask.desk.preview_upload(ask.files, ask.now)


async def _upload(ask: Ask) -> Uploaded:
    return await ask.desk.upload(
        ask.files, version=ask.text("version"), actor=ask.user, now=ask.now
    )


async def _request(ask: Ask) -> Download:
    made = await ask.desk.request(
        customer=ask.text("customer"),
        version=ask.text("version") or None,
        wants=ask.wants("wants"),
        now=ask.now,
    )
    return Download("request.tlr", render_request(made))


async def _activity(ask: Ask) -> Activity:
    return await ask.desk.activity(
        ask.now,
        since=ask.text("since"),
        before=ask.number_or_none("before"),
        user=ask.text("user"),
        product=ask.text("product"),
        limit=ask.number("limit"),
    )


async def _caps(ask: Ask) -> CapsPage:
    return await ask.desk.caps(ask.now, search=ask.text("search"), some=_slice(ask))


async def _check(ask: Ask) -> Judging:
    return await ask.desk.check(ask.text("sql"), user=ask.text("user"), now=ask.now)


async def _operation(ask: Ask) -> Answer:
    return await ask.desk.operation(ask.text("code"), user=ask.text("user"), now=ask.now)


def _address(ask: Ask) -> str:
    return ask.request.client.host if ask.request.client else ""


def _slice(ask: Ask) -> Slice:
    return Slice(ask.number("limit"), ask.number("offset"))


def _text(name: str, about: str, most: int) -> Field:
    return Field(name, Kind.TEXT, Place.QUERY, about, most=most)


def _needed(name: str, about: str, place: Place = Place.BODY, most: int = 1_000) -> Field:
    return Field(name, Kind.TEXT, place, about, required=True, least=1, most=most)


_CODE = _needed("code", "The product's code, such as `marketing`.", Place.PATH, 63)
_SEARCH = _text("search", "Only names that have this in them, in either case.", most=200)
_LIMIT = Field(
    "limit", Kind.NUMBER, Place.QUERY, "How many at most.", least=1, most=MOST_ROWS, default=100
)
_OFFSET = Field(
    "offset", Kind.NUMBER, Place.QUERY, "How many to leave out first.", most=10**9, default=0
)
_VERSION = _text(
    "version",
    "The version that the action is based on, as a look has returned it. What others have changed"
    " since is then told, and refuses what contradicts it.",
    most=10_000,
)
_VERSION_INSIDE = Field("version", Kind.TEXT, Place.BODY, _VERSION.about, most=10_000)
_NAMES = "Names of users; several at once, all or nothing."

CALLS = (
    Call(
        "POST",
        "/session",
        "logIn",
        "Log in with the name and password of a database role that administers licenses.",
        _log_in,
        LoggedIn,
        (
            _needed("user", "The role's name.", most=63),
            _needed("password", "Its password in the database."),
        ),
        need=Need.NOBODY,
        errors=(401, 429),
    ),
    Call("GET", "/session", "getSession", "Tell who is logged in.", _who, Somebody),
    Call(
        "DELETE",
        "/session",
        "logOut",
        "Log out: the token is good for nothing then.",
        _log_out,
        None,
    ),
    Call(
        "GET",
        "/products",
        "listProducts",
        "List all products and what they are now.",
        _overview,
        Overview,
    ),
    Call(
        "GET",
        "/products/{code}",
        "getProduct",
        "Show everything about a product: licenses, elements, seats, history.",
        _product,
        ProductPage,
        (_CODE, _SEARCH, _LIMIT, _OFFSET),
        errors=(404,),
    ),
    Call(
        "POST",
        "/products/{code}/seats",
        "changeSeats",
        "Grant and recall seats of a product in one action, all or nothing.",
        _apply,
        Applied,
        (
            _CODE,
            Field("grant", Kind.NAMES, Place.BODY, _NAMES, most=MOST_USERS),
            Field("recall", Kind.NAMES, Place.BODY, _NAMES, most=MOST_USERS),
            _VERSION_INSIDE,
        ),
        errors=(404, 409),
    ),
    Call(
        "GET",
        "/products/{code}/deletion",
        "previewDeletion",
        "Tell what deleting the licenses of a product would do; nothing is changed.",
        _preview_delete,
        DeletePreview,
        (_CODE,),
        errors=(404,),
    ),
    Call(
        "DELETE",
        "/products/{code}/licenses",
        "deleteLicenses",
        "Delete the licenses of a product: it is in demo mode then.",
        _delete,
        Deleted,
        (_CODE, _VERSION),
        errors=(404, 409),
    ),
    Call(
        "GET",
        "/users",
        "listUsers",
        "List login roles, and every other name with a seat.",
        _users,
        UsersPage,
        (
            _SEARCH,
            _text("lacking", "Only users without a seat of this product.", most=63),
            _LIMIT,
            _OFFSET,
        ),
        errors=(404,),
    ),
    Call(
        "POST",
        "/uploads/preview",
        "previewUpload",
        "Tell what uploading signed files would do, or why it is refused; nothing is changed.",
        _preview_upload,
        UploadPreview,
        files=True,
        errors=(409,),
    ),
    Call(
        "POST",
        "/uploads",
        "upload",
        "Upload signed files: products, licenses and revocations, all or none.",
        _upload,
        Uploaded,
        (_VERSION,),
        files=True,
        errors=(409, 422),
    ),
    Call(
        "POST",
        "/requests",
        "makeRequest",
        "Make a request to the vendor, a .tlr file: what is wanted, and what is in use here.",
        _request,
        Download,
        (
            _needed("customer", "The customer's id at the vendor's.", most=200),
            Field(
                "version", Kind.TEXT, Place.BODY, "The product version it is to be for.", most=100
            ),
            Field(
                "wants",
                Kind.WANTS,
                Place.BODY,
                "What is asked for: seats in all, or null for a server license.",
                required=True,
                most=MOST_ROWS,
            ),
        ),
        errors=(409,),
    ),
    Call(
        "GET",
        "/activity",
        "listRefusals",
        "List what was refused, the latest first, and how to put it right.",
        _activity,
        Activity,
        (
            _text("since", "Only what was recorded after this version.", most=10_000),
            Field(
                "before", Kind.NUMBER, Place.QUERY, "Only refusals of lower ids.", most=LARGEST_ID
            ),
            _text("user", "Only this user's.", most=LONGEST_NAME),
            _text("product", "Only those for this product.", most=63),
            _LIMIT,
        ),
        errors=(409,),
    ),
    Call(
        "GET",
        "/caps",
        "listDemoTables",
        "List the tables in demo mode and their rows, counted up to one more than the cap.",
        _caps,
        CapsPage,
        (_SEARCH, _LIMIT, _OFFSET),
    ),
    Call(
        "POST",
        "/check",
        "check",
        "Tell what would become of statements, and why; nothing is run.",
        _check,
        Judging,
        (
            _needed("sql", "One statement, or several.", most=MOST_SQL),
            _needed("user", "Who would run them.", most=LONGEST_NAME),
        ),
        errors=(409,),
    ),
    Call(
        "GET",
        "/operations/{code}",
        "checkOperation",
        "Tell whether a user may use an operation or component, and why.",
        _operation,
        Answer,
        (
            _needed(
                "code", "The operation's or component's code, such as `MyApp.Use`.", Place.PATH, 200
            ),
            _needed("user", "Whom it is asked about.", Place.QUERY, LONGEST_NAME),
        ),
        need=Need.TOKEN,
    ),
)
