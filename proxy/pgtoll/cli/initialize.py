"""`pgtoll init`: create schema pgtoll, or bring it up to date."""

from pgtoll.cli.options import ConfigOption, ServerOption, StoreOption
from pgtoll.cli.output import say


def init(
    server: ServerOption = None,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Create or upgrade schema pgtoll and role pgtoll_manager. Safe to repeat."""
    # The driver loads here: it takes longer than the help that other calls want.
    import asyncio

    from pgtoll.config import load_config
    from pgtoll.migrations import initialise

    settings = load_config({"server": server, "store": store}, file=config, needs=("server",))
    # The witness works in the database that is served, wherever the documents are kept.
    for dsn in dict.fromkeys((settings.server.dsn, settings.store.dsn)):
        versions = asyncio.run(initialise(dsn))
        if versions:
            say(f"schema pgtoll is at version {versions[-1]}")
        else:
            say("schema pgtoll is up to date")
