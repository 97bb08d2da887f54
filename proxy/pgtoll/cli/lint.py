"""`pgtoll lint`: what in products, licenses, seats and code deserves a look, and what to do."""

from typing import Annotated

import typer

from pgtoll.cli.options import (
    ConfigOption,
    CustomerOption,
    ImpersonatorsOption,
    JsonOption,
    ServerOption,
    StoreOption,
    TrustedFunctionsOption,
    TrustOption,
)
from pgtoll.cli.program import REFUSED

MOST_DAYS = 36_500


def lint(
    server: ServerOption = None,
    trust: TrustOption = None,
    customer: CustomerOption = None,
    json_: JsonOption = False,
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="CODE", help="Leave out what is found under this code."),
    ] = None,
    idle_days: Annotated[
        int,
        typer.Option(
            min=1, max=MOST_DAYS, metavar="N", help="A seat is idle when not used for N days."
        ),
    ] = 90,
    expires_days: Annotated[
        int,
        typer.Option(
            min=0, max=MOST_DAYS, metavar="N", help="A license expires soon within N days."
        ),
    ] = 30,
    cap_percent: Annotated[
        int,
        typer.Option(
            min=1, max=100, metavar="N", help="A table in demo mode is nearly full at N percent."
        ),
    ] = 80,
    trusted_functions: TrustedFunctionsOption = None,
    impersonators: ImpersonatorsOption = None,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Say what in products, licenses, seats and code deserves a look. Exits with 3 if anything.

    For example: pgtoll lint --server "$PGTOLL_SERVER" --trust keys/ --ignore seat-spare
    """
    # The parsers and the driver load here: other calls need neither.
    from rich.console import Console

    from pgtoll.cli.lint_output import print_findings, print_findings_as_json
    from pgtoll.cli.storing import present, with_store
    from pgtoll.config import load_config
    from pgtoll.doctor.findings import Finding
    from pgtoll.lint.examination import check_codes, examine
    from pgtoll.lint.ground import Measure
    from pgtoll.store.store import Store

    options = {
        "server": server,
        "trust": trust,
        "customer": customer,
        "trusted_functions": trusted_functions,
        "impersonators": impersonators,
        "store": store,
    }
    ignored = check_codes(ignore or ())
    settings = load_config(options, file=config, needs=("server", "trust"))
    measure = Measure(idle_days, expires_days, cap_percent)

    async def work(store: Store) -> tuple[Finding, ...]:
        now = await present(store)
        with Console(stderr=True).status("looking") as status:
            return await examine(settings, measure, now, ignored=ignored, told=status.update)

    found = with_store(settings, work)
    if json_:
        print_findings_as_json(found)
    else:
        print_findings(found)
    raise typer.Exit(REFUSED if found else 0)
