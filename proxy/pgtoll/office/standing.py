"""What a product is at one time, whoever asks: one word, the clause that explains it, and dates."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from pgtoll.office.holdings import Held
from pgtoll.office.models import LicenseLine, ProductLine, Status
from pgtoll.office.refusals import NotKnown
from pgtoll_policy.coverage import FaultKind, Span
from pgtoll_policy.documents import License
from pgtoll_policy.policy import Expiry, Policy

WARN_WITHIN = timedelta(days=30)

_FAULTS = {
    FaultKind.EXPIRED: Status.EXPIRED,
    FaultKind.NOT_YET: Status.NOT_YET,
    FaultKind.OLD_VERSION: Status.OUTDATED,
    FaultKind.REVOKED: Status.REVOKED,
    FaultKind.FOREIGN_CUSTOMER: Status.FOREIGN,
    FaultKind.FOREIGN_INSTANCE: Status.ELSEWHERE,
}


def product_lines(held: Held, used: Mapping[str, int], now: datetime) -> tuple[ProductLine, ...]:
    """Return all products, by code; `used` are the seats granted of each."""
    policy = held.policy
    expiries = {one.product: one for one in policy.expiring(now, WARN_WITHIN)}
    types = _types(policy.licenses.values())
    return tuple(
        _line(policy, code, types.get(code, ()), used.get(code, 0), expiries.get(code), now)
        for code in sorted(policy.products)
    )


def product_line(held: Held, code: str, used: int, now: datetime) -> ProductLine:
    """Return one product. Raises NotKnown."""
    check_known(held.policy, code)
    policy = held.policy
    expiries = {one.product: one for one in policy.expiring(now, WARN_WITHIN)}
    types = _types(one for one in policy.licenses.values() if one.product == code)
    return _line(policy, code, types.get(code, ()), used, expiries.get(code), now)


def check_known(policy: Policy, code: str) -> None:
    """Raise NotKnown for the code of no product."""
    if code not in policy.products:
        raise NotKnown(f"product {code} is not known here: upload its product file first")


def _line(
    policy: Policy,
    code: str,
    types: tuple[str, ...],
    used: int,
    expiry: Expiry | None,
    now: datetime,
) -> ProductLine:
    span = policy.span(code, now)
    decided = policy.licenses.get(span.rule) if span else None
    return ProductLine(
        code=code,
        title=policy.products[code].title,
        types=types,
        starts=decided.starts if decided else None,
        due=decided.due if decided else None,
        status=status(span),
        reason=span.reason if span else f"demo mode: each table takes up to {policy.cap} rows",
        used=used,
        bought=span.seats if span else 0,
        warning=expiry.reason if expiry else "",
    )


def status(span: Span | None) -> Status:
    """Return in one word what some licenses give, or why they give nothing."""
    if span is None:
        return Status.DEMO
    if span.fault is not None:
        return _FAULTS[span.fault]
    return Status.SERVER if span.server else Status.SEATS


def _types(licenses: Iterable[License]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for license in licenses:
        found.setdefault(license.product, set()).add(license.type.value)
    return {code: tuple(sorted(types)) for code, types in found.items()}


def license_lines(held: Held, product: str, now: datetime) -> tuple[LicenseLine, ...]:
    """Return the stored licenses of a product, those that do not verify included."""
    problems = {problem.document.id: problem.reason for problem in held.problems}
    lines = []
    for stored in held.stored:
        document = held.documents.get(stored.id)
        license = document if isinstance(document, License) else None
        if stored.kind != "license" or (license or stored).product != product:
            continue
        fault = problems.get(stored.id, "") if license is None else fault_of(held, license, now)
        lines.append(LicenseLine(stored, license, fault))
    return tuple(lines)


def fault_of(held: Held, license: License, now: datetime) -> str:
    """Return why a license that verifies is not in force, "" when it is."""
    if license.product not in held.policy.products:
        return f"product {license.product} is not known here: upload its product file"
    if held.policy.licenses.get(license.id) != license:
        return "a newer serial is held"
    return held.policy.license_fault(license, now)
