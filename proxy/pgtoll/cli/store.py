"""`pgtoll store`: what the store knows of changes, and which of them it has lost."""

from typing import TYPE_CHECKING

import typer

from pgtoll.cli.options import ConfigOption, JsonOption, ServerOption, StoreOption
from pgtoll.cli.output import print_facts, print_json, print_table, say
from pgtoll.cli.program import REFUSED

# Each command loads the driver itself: `pgtoll --help` does not need it.
if TYPE_CHECKING:
    from pgtoll.store.policy_changes import Known

app = typer.Typer(help="See whether the store was put back to an earlier state, and accept that.")


@app.command()
def show(
    server: ServerOption = None,
    json_: JsonOption = False,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Show the last change of licenses and seats, and those that are lost; status 3 if any is.

    For example: pgtoll store show --server "host=db1 dbname=shop"
    """
    from pgtoll.cli.storing import with_store
    from pgtoll.config import load_config

    options = {"server": server, "store": store}
    settings = load_config(options, file=config, needs=("server",))
    known = with_store(settings, lambda store: store.known())
    if json_:
        print_json(_as_json(known))
    else:
        _print(known)
    if known.lost:
        raise typer.Exit(REFUSED)


def _as_json(known: "Known") -> dict[str, object]:
    return {
        "newest": {"number": known.newest.number, "mark": str(known.newest.mark)},
        "lost": [
            {
                "number": one.change.number,
                "mark": str(one.change.mark),
                "reported_at": one.reported_at.isoformat(),
            }
            for one in known.lost
        ],
    }


def _print(known: "Known") -> None:
    print_facts({"last change": known.newest.number, "lost changes": len(known.lost)})
    if known.lost:
        say("")
        rows = [
            (one.change.number, f"{one.reported_at:%Y-%m-%d %H:%M:%S %Z}") for one in known.lost
        ]
        print_table(("lost", "reported"), rows)
        say("")
        say("Proxies have gone by these, and the store has them no more: it was put back.")
        say("Upload, grant and revoke again what is missing, then: pgtoll store accept")


@app.command()
def accept(
    server: ServerOption = None,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Accept that changes are lost: proxies go by what the store has now.

    For the role that owns schema pgtoll. For example:
    pgtoll store accept --server "host=db1 dbname=shop"
    """
    from pgtoll.cli.storing import with_store
    from pgtoll.config import load_config

    options = {"server": server, "store": store}
    settings = load_config(options, file=config, needs=("server",))
    accepted = with_store(settings, lambda store: store.accept())
    for one in accepted:
        say(f"change {one.change.number} is lost for good")
    if not accepted:
        say("no change is lost")
