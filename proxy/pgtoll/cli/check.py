"""`pgtoll check`: the verdict on a statement, and why, by the very chain that a proxy uses."""

from typing import Annotated

import typer

from pgtoll.cli.options import (
    ConfigOption,
    CustomerOption,
    JsonOption,
    ServerOption,
    StoreOption,
    TrustedFunctionsOption,
    TrustOption,
    UnreadOption,
)
from pgtoll.cli.program import REFUSED


def check(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One statement, or several.")],
    user: Annotated[str, typer.Option("--user", metavar="USER", help="Who would run it.")],
    server: ServerOption = None,
    trust: TrustOption = None,
    customer: CustomerOption = None,
    json_: JsonOption = False,
    trusted_functions: TrustedFunctionsOption = None,
    unread: UnreadOption = None,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Say what would become of a statement, and why; nothing is run. Exits with 3 when refused."""
    # The parsers and the driver load here: other calls need neither.
    from pgtoll.cli.judging import judge, print_judging, print_judging_as_json
    from pgtoll.cli.storing import with_store
    from pgtoll.config import load_config

    options = {
        "server": server,
        "trust": trust,
        "customer": customer,
        "trusted_functions": trusted_functions,
        "unread": unread,
        "store": store,
    }
    settings = load_config(options, file=config, needs=("server", "trust"))
    judging = with_store(settings, lambda store: judge(store, settings, sql, user))
    if json_:
        print_judging_as_json(judging)
    else:
        print_judging(judging)
    raise typer.Exit(0 if judging.allowed else REFUSED)
