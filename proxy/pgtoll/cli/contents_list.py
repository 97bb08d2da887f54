"""What an exported file holds, for people and for programs."""

from collections import Counter
from collections.abc import Mapping

from pgtoll.backup.contents import Contents
from pgtoll.cli.output import print_facts, print_json, print_table, say
from pgtoll.counts import plural
from pgtoll.store.archive import StoredDocument, verify_all
from pgtoll_policy.keys import TrustedKeys

UNCHECKED = "not checked: give --trust"


def counted(contents: Contents) -> str:
    """Return what is in it, as one clause."""
    kinds = Counter(one.kind for one in contents.documents)
    counts = [plural(kinds[kind], kind) for kind in ("product", "license", "revocation")]
    counts += [plural(len(contents.seats), "seat"), plural(len(contents.pins), "pinned table")]
    for held, *words in (
        (contents.days, "day of figures", "days of figures"),
        (contents.seen, "user's last day", "users' last days"),
        (contents.events, "event"),
        (contents.refusals, "refusal"),
    ):
        if held:
            counts.append(plural(len(held), *words))
    return f"{', '.join(counts[:-1])} and {counts[-1]}"


def print_contents(contents: Contents, digest: str, keys: TrustedKeys) -> None:
    """Print what a file holds; with keys, which of its documents they have signed."""
    origin = contents.origin
    print_facts(
        {
            "kind": "export of a store",
            "exported": f"{origin.exported:%Y-%m-%d %H:%M:%S} UTC",
            "database": origin.database,
            "instance": origin.instance or "not known",
            "latest time seen": f"{origin.clock:%Y-%m-%d %H:%M:%S} UTC" if origin.clock else None,
            "holds": counted(contents),
            "sha256": digest,
            "signature": "the file has none: only the documents in it are signed",
        }
    )
    if contents.documents:
        states = _states(contents, keys)
        say("")
        print_table(
            ["DOCUMENT", "NAME", "PRODUCT", "SERIAL", "UPLOADED", "BY", "SIGNATURE"],
            [_row(one, states) for one in contents.documents],
        )
    seats = Counter(one.product for one in contents.seats)
    if seats:
        say("")
        print_table(["PRODUCT", "SEATS GRANTED"], sorted(seats.items()))


def _row(one: StoredDocument, states: Mapping[int, str]) -> tuple[object, ...]:
    what = (one.kind, one.code or None, one.product or None, one.serial)
    return (*what, f"{one.uploaded_at:%Y-%m-%d}", one.uploaded_by, states[one.id])


def _states(contents: Contents, keys: TrustedKeys) -> dict[int, str]:
    if not keys:
        return dict.fromkeys((one.id for one in contents.documents), UNCHECKED)
    good, problems = verify_all(contents.documents, keys)
    return dict.fromkeys(good, "good") | {one.document.id: one.reason for one in problems}


def print_contents_as_json(contents: Contents, digest: str, keys: TrustedKeys) -> None:
    """Print the same for programs."""
    states = _states(contents, keys)
    documents = [
        {
            "kind": one.kind,
            "code": one.code,
            "product": one.product,
            "serial": one.serial,
            "uploaded_at": one.uploaded_at.isoformat(),
            "uploaded_by": one.uploaded_by,
            "signature": states[one.id],
        }
        for one in contents.documents
    ]
    print_json(_summary(contents, digest) | {"documents": documents})


def print_summary_as_json(contents: Contents, digest: str) -> None:
    """Print where it comes from and how much there is."""
    print_json(_summary(contents, digest))


def _summary(contents: Contents, digest: str) -> dict[str, object]:
    origin = contents.origin
    return {
        "kind": "export",
        "exported": origin.exported.isoformat(),
        "database": origin.database,
        "instance": origin.instance,
        "clock": origin.clock.isoformat() if origin.clock else None,
        "sha256": digest,
        "records": {
            "documents": len(contents.documents),
            "document_changes": len(contents.document_changes),
            "seats": len(contents.seats),
            "seat_changes": len(contents.seat_changes),
            "pins": len(contents.pins),
            "refusals": len(contents.refusals),
            "users_seen": len(contents.seen),
            "days": len(contents.days),
            "events": len(contents.events),
        },
    }
