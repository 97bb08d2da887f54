"""Papers: licenses that have run out or soon will, that count for nothing, and files of nobody."""

import shlex
from collections.abc import Iterator
from datetime import timedelta

from pgtoll.doctor.findings import Finding, Severity, Where
from pgtoll.lint.ground import Ground, Measure
from pgtoll.office.standing import fault_of
from pgtoll_policy.documents import License


def judge_papers(ground: Ground, measure: Measure) -> Iterator[Finding]:
    """Yield what there is to say of licenses and of the files that are held."""
    yield from _expiring(ground, measure)
    yield from _leftovers(ground)
    yield from _unverified(ground)


def _expiring(ground: Ground, measure: Measure) -> Iterator[Finding]:
    """Yield the products of which less is covered now, or soon will be."""
    within = timedelta(days=measure.expires_days)
    for one in ground.held.policy.expiring(ground.now, within):
        code = shlex.quote(one.product)
        yield Finding(
            "license-expired" if one.over else "license-expires",
            Severity.PROBLEM if one.over else Severity.WARNING,
            f"product {ground.title(one.product)}: {one.reason}",
            "Who uses it is refused." if one.over else "From then on who uses it is refused.",
            (
                f"pgtoll license request --want {code}=SEATS --customer ID --version V --out F.tlr",
                "pgtoll license upload FILE, of what the vendor sends",
            ),
            Where.SHELL,
        )


def _leftovers(ground: Ground) -> Iterator[Finding]:
    """Yield the licenses that will never count again, of products that have others in force."""
    held = ground.held
    for id_, document in held.documents.items():
        if not isinstance(document, License) or document.starts > ground.now:
            continue
        fault = fault_of(held, document, ground.now)
        span = held.policy.span(document.product, ground.now)
        expired = fault and document.due <= ground.now
        if not fault or (expired and not (span and span.in_force)):
            continue  # told of its product
        yield Finding(
            "license-expired" if expired else "license-useless",
            Severity.WARNING,
            f"license {document.id} of product {ground.title(document.product)} counts for"
            f" nothing: {fault}",
            "It is only in the way of who reads the list.",
            (f"DELETE FROM pgtoll.document WHERE id = {id_};",),
        )


def _unverified(ground: Ground) -> Iterator[Finding]:
    for problem in ground.held.problems:
        document = problem.document
        named = f"{document.kind} {document.code}".strip()
        yield Finding(
            "file-unverified",
            Severity.WARNING,
            f"the stored {named} does not count: {problem.reason}",
            "Somebody may think that it is in force.",
            (f"DELETE FROM pgtoll.document WHERE id = {document.id};",),
        )
