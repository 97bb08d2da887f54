"""`pgtoll operation`: may a user use an operation, and why not."""

from typing import TYPE_CHECKING, Annotated

import typer

from pgtoll.cli.options import (
    ConfigOption,
    CustomerOption,
    JsonOption,
    ServerOption,
    StoreOption,
    TrustOption,
    UserOption,
)
from pgtoll.cli.output import print_json, say
from pgtoll.cli.program import REFUSED

# The command loads the driver and the signatures itself: `pgtoll --help` needs neither.
if TYPE_CHECKING:
    from pgtoll_policy.operations import Answer

app = typer.Typer(help="Ask whether a user may use an operation.")


@app.callback()
def _group() -> None:
    """Ask whether a user may use an operation."""


@app.command()
def has(
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="The operation, or a component, by its code.")
    ],
    user: UserOption,
    server: ServerOption = None,
    trust: TrustOption = None,
    customer: CustomerOption = None,
    json_: JsonOption = False,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Say whether a user may use an operation, and why. Exits with 3 when not."""
    from pgtoll.cli.storing import with_policy
    from pgtoll.config import load_config
    from pgtoll_policy.operations import answer

    options = {"server": server, "trust": trust, "customer": customer, "store": store}
    settings = load_config(options, file=config, needs=("server", "trust"))
    policy, now = with_policy(settings)
    found = answer(policy, code, user, now)
    if json_:
        print_json(_as_json(found))
    else:
        say(_line(found))
    raise typer.Exit(0 if found.allowed else REFUSED)


def _line(found: "Answer") -> str:
    if not found.allowed:
        return f"refused: {found.message}: {found.reason}"
    what = f'operation "{found.operation}" of product "{found.product}"'
    return f'allowed: {what} for user "{found.user}": {found.reason}'


def _as_json(found: "Answer") -> dict[str, object]:
    from dataclasses import asdict

    return asdict(found)
