"""`pgtoll init`: create schema pgtoll, or bring it up to date."""

from pgtoll.cli.options import ConfigOption, JsonOption, ServerOption, StoreOption
from pgtoll.cli.output import print_json, say


def init(
    server: ServerOption = None,
    store: StoreOption = None,
    json_: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Create or upgrade schema pgtoll and role pgtoll_manager, and say what then holds.

    Safe to repeat. What the server lacks, or the role may not do, is done another way or left out.

    Example: pgtoll init --server "host=db.example dbname=shop user=pgtoll"
    """
    # The driver loads here: it takes longer than the help that other calls want.
    import asyncio

    from pgtoll.cli.guarantees import guarantees_as_json, print_guarantees
    from pgtoll.config import load_config
    from pgtoll.engine.guarantees import guarantees
    from pgtoll.store.migrations import find_abilities, initialise, migrations

    settings = load_config({"server": server, "store": store}, file=config, needs=("server",))
    # The witness works in the database that is served, wherever the documents are kept.
    new = [
        asyncio.run(initialise(dsn))
        for dsn in dict.fromkeys((settings.server.dsn, settings.store.dsn))
    ]
    found = asyncio.run(find_abilities(settings.server.dsn))
    if json_:
        print_json(
            {
                "version": migrations()[-1].version,
                "steps": sum(map(len, new)),
                "engine": found.engine,
                "role": found.owner,
                "guarantees": guarantees_as_json(guarantees(found)),
            }
        )
        return
    for versions in new:
        if versions:
            say(f"schema pgtoll is at version {versions[-1]}")
        else:
            say("schema pgtoll is up to date")
    print_guarantees(found.engine, found.owner, guarantees(found))
