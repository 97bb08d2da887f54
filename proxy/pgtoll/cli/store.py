"""`pgtoll store`: whether the store went back in time, however that was noticed, and what then."""

from typing import TYPE_CHECKING

import typer

from pgtoll.cli.options import ConfigOption, JsonOption, ServerOption, StoreOption
from pgtoll.cli.output import print_facts, print_json, print_table, say
from pgtoll.cli.program import REFUSED

# Each command loads the driver itself: `pgtoll --help` does not need it.
if TYPE_CHECKING:
    from pgtoll.backup.setbacks import Setback
    from pgtoll.store.policy_changes import Known
    from pgtoll.store.store import Store

app = typer.Typer(help="See whether the store went back to an earlier state, and accept that.")


@app.command()
def show(
    server: ServerOption = None,
    json_: JsonOption = False,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Show the last change of licenses and seats, and whether the store went back; status 3 if so.

    For example: pgtoll store show --server "host=db1 dbname=shop"
    """
    from pgtoll.cli.storing import with_store
    from pgtoll.config import load_config

    options = {"server": server, "store": store}
    settings = load_config(options, file=config, needs=("server",))

    async def read(store: "Store") -> "tuple[Known, tuple[Setback, ...]]":
        return await store.known(), await store.setbacks()

    known, setbacks = with_store(settings, read)
    if json_:
        print_json(_as_json(known, setbacks))
    else:
        _print(known, setbacks)
    if known.lost or setbacks:
        raise typer.Exit(REFUSED)


def _as_json(known: "Known", setbacks: "tuple[Setback, ...]") -> dict[str, object]:
    return {
        "setbacks": [
            {"at": one.at.isoformat(), "how": one.how, "reason": one.reason} for one in setbacks
        ],
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


def _print(known: "Known", setbacks: "tuple[Setback, ...]") -> None:
    lost, noticed = len(known.lost), len(setbacks)
    print_facts({"last change": known.newest.number, "lost changes": lost, "taken back": noticed})
    for one in setbacks:
        say("")
        say(f"taken back, noticed on {one.at:%Y-%m-%d %H:%M:%S %Z}: {one.reason}")
    if known.lost:
        say("")
        rows = [
            (one.change.number, f"{one.reported_at:%Y-%m-%d %H:%M:%S %Z}") for one in known.lost
        ]
        print_table(("lost", "reported"), rows)
        say("")
        say("Proxies have gone by these changes, which the store has no more: they do not go by it")
        say("until they are accepted as lost.")
    if setbacks or known.lost:
        say("")
        say("Bring back what is missing, with the latest export: pgtoll import FILE --newer")
        say("or by license upload, seats grant and seats revoke. If it is to stay so, or what")
        say("was missing is there again: pgtoll store accept")


@app.command()
def accept(
    server: ServerOption = None,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Take the store as it is: what is lost is lost, and proxies go by what there is.

    For the role that owns schema pgtoll. For example:
    pgtoll store accept --server "host=db1 dbname=shop"
    """
    import asyncio

    from pgtoll.backup import restoring
    from pgtoll.config import load_config
    from pgtoll.counts import plural

    options = {"server": server, "store": store}
    settings = load_config(options, file=config, needs=("server",))
    accepted = asyncio.run(restoring.accept(settings.store.dsn, settings.server.dsn))
    for number in accepted.lost:
        say(f"change {number} is lost for good")
    if accepted.settled:
        say(f"the store is taken as it is: {plural(accepted.settled, 'report')} settled")
    if not (accepted.lost or accepted.settled):
        say("nothing was reported: the store was not taken back, and no change is lost")
