"""`pgtoll seats`: give the seats of personal licenses to users, and take them back."""

from typing import TYPE_CHECKING, Annotated

import typer

from pgtoll.cli.options import (
    ConfigOption,
    CustomerOption,
    JsonOption,
    ServerOption,
    StoreOption,
    TrustOption,
)
from pgtoll.cli.output import say

# Each command loads the driver and the signatures itself: `pgtoll --help` needs neither.
if TYPE_CHECKING:
    from pgtoll.config import Config
    from pgtoll.store.seats import GrantResult
    from pgtoll.store.store import Store

app = typer.Typer(help="Grant, revoke and list the seats of personal licenses.")

ProductArgument = Annotated[str, typer.Argument(metavar="CODE", help="The product.")]
UsersArgument = Annotated[
    list[str], typer.Argument(metavar="USER...", help="Login roles of the server.")
]


_STRANGER = ": no login role of this server has that name"
_APPLICATIONS = ": no login role, so a name that the applications of impersonators must use"


@app.command()
def grant(
    product: ProductArgument,
    users: UsersArgument,
    server: ServerOption = None,
    trust: TrustOption = None,
    customer: CustomerOption = None,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Give each user a seat; when there are too few, none of them gets one."""
    from pgtoll.cli.storing import with_store
    from pgtoll.config import load_config

    options = {"server": server, "trust": trust, "customer": customer, "store": store}
    settings = load_config(options, file=config, needs=("server", "trust"))
    result = with_store(settings, lambda store: _grant(store, settings, product, users))
    for user in (*result.granted, *result.already):
        already = " already" if user in result.already else ""
        stranger = _STRANGER if user in result.strangers else ""
        if stranger and settings.identity.impersonators:
            stranger = _APPLICATIONS
        say(f"{user} has a seat of product {product}{already}{stranger}")


async def _grant(store: "Store", config: "Config", product: str, users: list[str]) -> "GrantResult":
    from pgtoll.cli.storing import present

    return await store.grant(
        product,
        users,
        keys=config.trust.keys(),
        now=await present(store),
        customer=config.customer,
    )


@app.command()
def revoke(
    product: ProductArgument,
    users: UsersArgument,
    server: ServerOption = None,
    trust: TrustOption = None,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Take each user's seat back; when one has none, all others keep theirs."""
    from pgtoll.cli.storing import with_store
    from pgtoll.config import load_config

    options = {"server": server, "trust": trust, "store": store}
    settings = load_config(options, file=config, needs=("server",))
    revoked = with_store(settings, lambda store: store.revoke(product, users))
    for user in revoked:
        say(f"{user} has no seat of product {product} any more")


@app.command("list")
def list_(
    product: Annotated[
        str | None, typer.Argument(metavar="[CODE]", help="Of this product only.")
    ] = None,
    server: ServerOption = None,
    trust: TrustOption = None,
    customer: CustomerOption = None,
    json_: JsonOption = False,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """List who has a seat, and what it is good for."""
    from pgtoll.cli.seat_list import print_seats, print_seats_as_json, read_seats
    from pgtoll.cli.storing import with_store
    from pgtoll.config import load_config

    options = {"server": server, "trust": trust, "customer": customer, "store": store}
    settings = load_config(options, file=config, needs=("server", "trust"))
    seats = with_store(settings, lambda store: read_seats(store, settings, product))
    if json_:
        print_seats_as_json(seats)
    else:
        print_seats(seats)
