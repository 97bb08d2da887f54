"""The verdict on a statement outside the proxy, and its reasons, for people and for programs."""

from dataclasses import asdict

from pgtoll.cli.output import print_facts, print_json, say
from pgtoll.cli.storing import present
from pgtoll.config import Config
from pgtoll.office.judging import Judges, Judging, RelationLine
from pgtoll.store.store import Store


async def judge(store: Store, config: Config, sql: str, user: str) -> Judging:
    """Judge a text as a proxy would now. Raises StoreError."""
    now = await present(store)
    policy, _ = await store.load_policy(config.trust.keys(), config.customer)
    judges = Judges(config)
    try:
        return await judges.judge(policy, now, sql, user)
    finally:
        await judges.close()


def print_judging(judging: Judging) -> None:
    """Print each statement's verdict and its reasons."""
    for number, line in enumerate(judging.statements):
        if number:
            say("")
        print_facts(
            {
                "verdict": line.verdict,
                "statement": line.sql.strip(),
                "why": line.why,
                "detail": line.detail if line.sqlstate else None,
                "hint": line.hint or None,
                "sqlstate": line.sqlstate or None,
                "relations": ", ".join(map(_shown, line.relations)) or None,
                "rule": line.rule,
            }
        )


def _shown(relation: RelationLine) -> str:
    products = f" ({', '.join(relation.products)})" if relation.products else ""
    return f"{relation.schema}.{relation.name}{products}"


def print_judging_as_json(judging: Judging) -> None:
    """Print the same for programs."""
    print_json(asdict(judging))
