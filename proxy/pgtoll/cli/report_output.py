"""The figures of a report for programs."""

from dataclasses import asdict
from datetime import date, datetime

from pgtoll.report.decisions import decide
from pgtoll.report.figures import Figures
from pgtoll_policy.fields import instant_text


def as_json(figures: Figures) -> object:
    """Return the figures and what there is to decide; the keys stay as they are."""
    decisions = [asdict(one) for one in decide(figures)]
    return _plain(asdict(figures) | {"decisions": decisions})


def _plain(value: object) -> object:
    match value:
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case _:
            return value
