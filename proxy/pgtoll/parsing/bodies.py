"""The bodies of functions, each read once, in a process that hostile text may crash.

A catalog is not held up by them for long: what has not been read yet counts as unreadable, and a
better picture follows when it has.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from time import monotonic

from pgtoll_policy.body import Body, BodyText
from pgtoll_policy.routines import text_of
from pgtoll_policy.rows import FunctionRow

# Returns the facts of a body, None when it could not be tried.
ReadBody = Callable[[BodyText], Awaitable[Body | None]]


class Bodies:
    """What is known of the bodies that the functions of one database have now."""

    def __init__(self, read: ReadBody) -> None:
        self._read = read
        self._known: dict[BodyText, Body] = {}
        self._wanted: dict[BodyText, None] = {}  # in the order in which they are read
        self.wanting = asyncio.Event()  # set while there is something to be read

    @property
    def known(self) -> Mapping[BodyText, Body]:
        """Those that have been read. A new mapping each time: it goes to other threads."""
        return dict(self._known)

    async def learn(self, functions: Iterable[FunctionRow], seconds: float) -> None:
        """Read what is new in these functions, as far as the time goes; forget all others."""
        texts = dict.fromkeys(text for row in functions if (text := text_of(row)))
        self._known = {text: body for text, body in self._known.items() if text in texts}
        self._wanted = {text: None for text in texts if text not in self._known}
        await self.read_on(seconds)

    async def read_on(self, seconds: float) -> None:
        """Read what is still to be read, as far as the time goes."""
        until = monotonic() + seconds
        for text in list(self._wanted):
            if monotonic() >= until:
                break
            body = await self._read(text)
            if body is None:  # no process could be started; not its fault
                break
            self._keep(text, body)
        if self._wanted:
            self.wanting.set()
        else:
            self.wanting.clear()

    def _keep(self, text: BodyText, body: Body) -> None:
        """Note what a body says, unless it is not asked about any more."""
        if text in self._wanted:
            del self._wanted[text]
            self._known[text] = body
