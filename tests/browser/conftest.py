"""A browser, and a console with everything in it. Whoever looks at it changes nothing."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from browsers import chromium, running_browser
from consoles import running_console
from passwords import person
from playwright.sync_api import Browser
from proxies import prepared, running_proxy
from servers import Postgres
from shops import Shop, stocked


@pytest.fixture(scope="module")
def shop(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A console and a proxy in front of a database with many products and people."""
    directory: Path = tmp_path_factory.mktemp("shop")
    with ExitStack() as stack:
        licensing, trust = stack.enter_context(prepared(postgres, directory))
        database, public = licensing.database, licensing.vendor.public
        stack.enter_context(stocked(database, licensing))
        dana = stack.enter_context(person(database))
        erin = stack.enter_context(person(database, groups="scram"))
        console = stack.enter_context(running_console(database, public))
        proxy = stack.enter_context(running_proxy(database, trust))
        yield Shop(console, proxy, licensing, dana, erin)


# After the shop: to prepare that runs event loops, and beside the browser's there is no room.
@pytest.fixture(scope="module")
def browser(shop: Shop) -> Iterator[Browser]:
    """The system's browser."""
    program = chromium()
    if program is None:
        pytest.skip("no Chromium: sudo apt-get install chromium")
    with running_browser(program) as running:
        yield running
