"""`pgtoll license request`: a file that asks the vendor for licenses."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pgtoll.cli.options import ConfigOption, CustomerOption, ServerOption, StoreOption, TrustOption
from pgtoll.cli.output import say
from pgtoll.counts import plural
from pgtoll.errors import ConfigError

# Each command loads the driver and the signatures itself: `pgtoll --help` needs neither.
if TYPE_CHECKING:
    from pgtoll.store.store import Store
    from pgtoll_policy.asking import Ask
    from pgtoll_policy.keys import TrustedKeys
    from pgtoll_policy.request import Request, Want


def request(
    version: Annotated[
        str, typer.Option(metavar="V", help="The product version the licenses are to be for.")
    ],
    wants: Annotated[
        list[str],
        typer.Option(
            "--want", metavar="CODE[=N]", help="A product: N seats in all, or a server license."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE.tlr", help="The file to write.")],
    customer: CustomerOption = None,
    server: ServerOption = None,
    trust: TrustOption = None,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Write a request to the vendor: what is wanted, and what is in use here."""
    from pgtoll.cli.storing import with_store
    from pgtoll.config import load_config
    from pgtoll_policy.errors import BadDocument
    from pgtoll_policy.request import render_request

    options = {"server": server, "trust": trust, "customer": customer, "store": store}
    settings = load_config(options, file=config, needs=("server", "trust", "customer"))
    ask, keys = _ask(settings.customer or "", version, wants), settings.trust.keys()
    made = with_store(settings, lambda store: _made(store, keys, ask))
    try:
        data = render_request(made)
    except BadDocument as error:
        raise ConfigError(f"cannot ask: {error}") from error
    _write(out, data)
    say(f"request for {', '.join(map(_wanted, made.wants))} written: {out}")
    for product in sorted({want.product for want in made.wants} - _known(made)):
        say(f"product {product} is not known here: its vendor has to send the product file too")
    if made.instance is None:
        say("the instance could not be read: the licenses will not be bound to it")
    say("it is not signed: send it to the vendor over a way that both of you trust")


def _ask(customer: str, version: str, wants: list[str]) -> "Ask":
    from pgtoll_policy.asking import Ask

    return Ask(customer, version, tuple(map(_want, wants)))


def _want(text: str) -> "Want":
    from pgtoll_policy.request import Want

    code, equals, seats = text.partition("=")
    if not code or (equals and not (seats.isascii() and seats.isdecimal() and len(seats) < 10)):
        raise ConfigError(f"--want: expected CODE=N or CODE, found {text!r}")
    return Want(code, int(seats) if equals else None)


async def _made(store: "Store", keys: "TrustedKeys", ask: "Ask") -> "Request":
    from pgtoll.cli.storing import present
    from pgtoll_policy.errors import BadDocument

    now = (await present(store)).replace(microsecond=0)
    try:
        return await store.request(keys, ask, now=now)
    except BadDocument as error:
        raise ConfigError(f"cannot ask: {error}") from error


def _known(request: "Request") -> set[str]:
    return {product.product for product in request.products}


def _wanted(want: "Want") -> str:
    return f"{want.product} ({plural(want.seats, 'seat') if want.seats else 'server license'})"


def _write(out: Path, data: bytes) -> None:
    """Write the file; an older request of that name may be replaced, nothing else."""
    from pgtoll.cli.files import write_file
    from pgtoll.config import read_limited
    from pgtoll_policy.errors import BadDocument
    from pgtoll_policy.request import MAX_REQUEST_BYTES, parse_request

    try:
        parse_request(read_limited(out, MAX_REQUEST_BYTES))
        ours = True
    except (ConfigError, BadDocument):
        ours = False
    write_file(out, data, force=ours)
