"""The life of one proxy process: load what is in force, serve, keep it current, stop in order."""

import asyncio
import logging
import signal
from collections.abc import Callable

import uvloop

from pgtoll.audit import Audit
from pgtoll.clock import Clock
from pgtoll.config import Config, Mode
from pgtoll.errors import PgtollError
from pgtoll.gate import Gate
from pgtoll.listening import bound
from pgtoll.parsing import Parsers
from pgtoll.server import Address, Server
from pgtoll.upkeep import Upkeep

log = logging.getLogger("pgtoll.process")


def serve(config: Config, address: tuple[str, int], ready: Callable[[], None]) -> int:
    """Serve on `address` until SIGTERM or SIGINT; return the exit status.

    `ready` is called once, when clients are taken. Raises a PgtollError that says what is missing.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_serve(config, address, ready))


async def _serve(config: Config, address: tuple[str, int], ready: Callable[[], None]) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    audit, clock = Audit(), Clock()
    parsers = Parsers(strict=config.enforcement.strict_parsers)
    upkeep = await Upkeep.begin(config, clock, audit)
    try:
        await parsers.start()
        gate = Gate(
            await upkeep.picture(), clock.now, observe=config.enforcement.mode is Mode.OBSERVE
        )
        server = Server(Address.of(config.server.dsn), gate, parsers, audit)
        async with asyncio.TaskGroup() as tasks:
            keeping = tasks.create_task(upkeep.run(gate, server.catalog_changed))
            await server.listen(bound(*address))
            ready()
            await stop.wait()
            await server.stop()
            keeping.cancel()
        log.info("%s", _figures(gate, audit))
    except* PgtollError as group:
        raise group.exceptions[0] from None
    finally:
        await parsers.close()
        await upkeep.end()
    return 0


def _figures(gate: Gate, audit: Audit) -> str:
    facts = gate.facts
    return (
        f"statements judged={gate.judged} facts hits exact={facts.exact_hits} "
        f"shape={facts.shape_hits} misses={facts.misses} refused={audit.counts.total()}"
    )
