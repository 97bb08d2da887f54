"""Check: what a proxy would make of a statement, and why."""

from starlette.responses import Response

from pgtoll.console.visible import sentence
from pgtoll.console.visit import Visit
from pgtoll.office.judging import Judging
from pgtoll.office.models import Slice
from pgtoll.office.refusals import NotPossible

MOST_CHARACTERS = 100_000  # of a statement: it is read by both parsers
PROPOSED = 200  # users in the list to pick from


async def check(visit: Visit) -> Response:
    """Ask for a statement and a user."""
    sql = visit.query("sql")[:MOST_CHARACTERS]
    return await _page(visit, sql=sql, user=visit.query("user"))


async def judge(visit: Visit) -> Response:
    """Show the verdict."""
    sql, user = str(visit.form.get("sql", "")), visit.text("user")
    if not user or not sql.strip():
        return await _page(visit, sql=sql, user=user, problem="Give a statement and a user.")
    if len(sql) > MOST_CHARACTERS:
        problem = f"The statement is longer than {MOST_CHARACTERS:,} characters."
        return await _page(visit, sql="", user=user, problem=problem)
    try:
        judging = await visit.desk.check(sql, user=user, now=visit.now)
    except NotPossible as exc:
        return await _page(visit, sql=sql, user=user, problem=sentence(exc))
    return await _page(visit, sql=sql, user=user, judging=judging)


async def _page(
    visit: Visit, *, sql: str, user: str, problem: str = "", judging: Judging | None = None
) -> Response:
    known = await visit.desk.users(visit.now, some=Slice(PROPOSED))
    return visit.page(
        "check.html",
        status=422 if problem else 200,
        sql=sql,
        whom=user,
        users=[one.name for one in known.users],
        problem=problem,
        judging=judging,
    )
