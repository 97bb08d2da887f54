"""One request of a program: who makes it, what it says, and its answer."""

import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from pgtoll.config import Config
from pgtoll.console.api.declaration import Ask, Call, Download, Need
from pgtoll.console.api.problems import Refused, respond
from pgtoll.console.api.reading import read_files, read_values
from pgtoll.console.api.shapes import plain
from pgtoll.console.doorman import FORM_HEADER, Doorman, is_ours, session_word
from pgtoll.office.desk import Desk

Endpoint = Callable[[Request], Awaitable[Response]]

NOBODY = "log in first: POST /api/session gives a token for the header Authorization"
FOREIGN = "a call that a browser's session makes must carry our word in the header x-csrf-token"


@dataclass(frozen=True, slots=True)
class Counter:
    """Where calls arrive."""

    desk: Desk
    doorman: Doorman
    config: Config
    now: Callable[[], datetime]

    def endpoint(self, call: Call) -> Endpoint:
        """Return what answers a call."""

        async def answer(request: Request) -> Response:
            try:
                return _respond(await call.perform(await self._ask(request, call)))
            except Exception as exc:  # each becomes an answer; what is a fault of ours is logged
                return respond(exc)

        return answer

    async def _ask(self, request: Request, call: Call) -> Ask:
        user = await self._user(request, call)
        values = await read_values(request, call)
        files = await read_files(request) if call.files else ()
        return Ask(self.desk, self.doorman, user, request, self.now(), values, files)

    async def _user(self, request: Request, call: Call) -> str:
        """Return who is logged in, "" where nobody need be. Raises Refused."""
        if call.need is Need.NOBODY:
            return ""
        if call.need is Need.TOKEN and self._is_front_end(request):
            return ""
        # Who asks for news by a program does not keep the session alive.
        account = await self.doorman.who(request, in_use="since" not in request.query_params)
        if account is None:
            raise Refused(401, "no-session", NOBODY)
        if call.method != "GET" and not is_ours(request, request.headers.get(FORM_HEADER, "")):
            raise Refused(403, "foreign-form", FOREIGN)
        return account.name

    def _is_front_end(self, request: Request) -> bool:
        if "authorization" not in request.headers:
            return False
        word = session_word(request).encode(errors="replace")
        tokens = [token.encode() for token in self.config.console.operation_tokens]
        return any(hmac.compare_digest(word, token) for token in tokens)


def _respond(answer: object) -> Response:
    match answer:
        case None:
            return Response(status_code=204)
        case Download():
            headers = {"content-disposition": f'attachment; filename="{answer.name}"'}
            return Response(answer.data, 200, headers, media_type="application/octet-stream")
    data = json.dumps(plain(answer), ensure_ascii=False).encode(errors="replace")
    return Response(data, media_type="application/json")
