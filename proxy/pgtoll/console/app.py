"""The console as one ASGI application."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from pgtoll.config import Config
from pgtoll.console import failures
from pgtoll.console.assets import asset
from pgtoll.console.doorman import Doorman
from pgtoll.console.fence import Fence
from pgtoll.console.pages import (
    activity,
    caps,
    check,
    delete,
    product,
    products,
    request,
    upload,
    users,
)
from pgtoll.console.pages.login import Door
from pgtoll.console.travellers import networks
from pgtoll.console.visit import Endpoint, Page, Reception
from pgtoll.errors import StoreError
from pgtoll.office.desk import Desk

SHOWN: Mapping[str, Page] = {
    "/": products.products,
    "/products/{code}": product.product,
    "/products/{code}/candidates": product.candidates,
    "/products/{code}/delete": delete.ask,
    "/users": users.users,
    "/request": request.request,
    "/upload": upload.upload,
    "/activity": activity.activity,
    "/caps": caps.caps,
    "/check": check.check,
}
DONE: Mapping[str, Page] = {
    "/products/{code}": product.change,
    "/products/{code}/grant": product.give,
    "/products/{code}/delete": delete.delete,
    "/request": request.download,
    "/upload": upload.store,
    "/check": check.judge,
}
# What pages ask for by themselves: that does not keep a session alive.
ASKED: Mapping[str, Page] = {"/activity/rows": activity.rows}


def create_app(
    desk: Desk,
    *,
    config: Config,
    now: Callable[[], datetime],
    doorman: Doorman,
    mounts: Sequence[BaseRoute] = (),
) -> Fence:
    """Return the application. It closes the doorman at its end; the desk is the caller's.

    `mounts` stand behind the same fence: they are reached with the same hosts and limits.
    """
    reception = Reception(desk, doorman, config, now)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await doorman.close()

    app = Starlette(
        routes=[*_own_routes(reception, Door(doorman)), *mounts],
        exception_handlers={
            HTTPException: failures.refused,
            StoreError: failures.store_failed,
            Exception: failures.unexpected,
        },
        lifespan=lifespan,
    )
    # Around everything, the page for what nobody expected included.
    return _fenced(app, config)


def _own_routes(reception: Reception, door: Door) -> list[BaseRoute]:
    return [
        Route("/static/{name}", asset),
        Route("/login", door.show, methods=["GET"]),
        Route("/login", door.log_in, methods=["POST"]),
        Route("/logout", door.log_out, methods=["POST"]),
        *(_get(path, reception.to(page)) for path, page in SHOWN.items()),
        *(_post(path, reception.to(page)) for path, page in DONE.items()),
        *(_get(path, reception.to(page, in_use=False)) for path, page in ASKED.items()),
    ]


def _get(path: str, endpoint: Endpoint) -> Route:
    return Route(path, endpoint, methods=["GET"])


def _post(path: str, endpoint: Endpoint) -> Route:
    return Route(path, endpoint, methods=["POST"])


def _fenced(app: ASGIApp, config: Config) -> Fence:
    console = config.console
    hosts = [*console.hosts, console.listen.host] if console.listen else console.hosts
    return Fence(app, hosts=hosts, forwarders=networks(console.forwarders))
