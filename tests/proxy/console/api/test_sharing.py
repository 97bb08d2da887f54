"""Pages of the configured origins see answers about operations; others see nothing."""

import pytest
from officing import Office, in_office, program
from servers import Postgres

TOKEN = "0123456789abcdef"
PATH = "/operations/MrktApp.Use?user=bob"
OURS = "https://app.example"


@pytest.mark.parametrize(
    ("origins", "origin", "allowed"),
    [
        ((OURS,), OURS, True),
        ((OURS,), "https://other.example", False),
        ((), OURS, False),
        (("*",), "https://any.example", True),
    ],
)
def test_origins_are_configured(
    database: Postgres, origins: tuple[str, ...], origin: str, allowed: bool
) -> None:
    async def story(office: Office) -> None:
        asked = {"origin": origin}
        async with program(
            office, user="", operation_tokens=(TOKEN,), cors_origins=origins
        ) as call:
            call.token = TOKEN
            answer = await call("GET", PATH, headers=asked)
            before = await call("OPTIONS", PATH, headers=asked)
        assert (answer.status_code, before.status_code) == (200, 204)
        for one in (answer, before):
            assert one.headers.get("access-control-allow-origin") == (origin if allowed else None)
            assert one.headers["vary"] == "Origin"
            assert "access-control-allow-credentials" not in one.headers

    in_office(database, story)


def test_nothing_else_is_shared(database: Postgres) -> None:
    async def story(office: Office) -> None:
        async with program(office, cors_origins=("*",)) as call:
            answer = await call("GET", "/products", headers={"origin": OURS})
            assert "access-control-allow-origin" not in answer.headers
            assert (await call("OPTIONS", "/products")).status_code == 405

    in_office(database, story)
