"""Figures of reports made of values: one product, and what a test changes of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from pgtoll.report.figures import Figures, LicenseFigures, ProductFigures, TableDay

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
TODAY = AT.date()
LONG_AGO = TODAY - timedelta(days=400)


def product(code: str = "marketing", **values: Any) -> ProductFigures:
    """A product of ten seats, of which eight are granted and used."""
    usual: dict[str, Any] = {
        "code": code, "title": code.title(), "status": "licensed for users with a seat",
        "reason": "personal license until 2027-01-01", "bought": 10, "granted": 10, "idle": 0,
        "due": date(2027, 1, 1), "expired": False, "expires": "", "refused": 0, "observed": 0,
        "lacking": 0, "would_lack": 0,
    }  # fmt: skip
    return ProductFigures(**usual | values)


def table(name: str = "public.t", rows: int = 900, *, ago: int = 0, cap: int = 1000) -> TableDay:
    """A table in demo mode so many days ago."""
    return TableDay(TODAY - timedelta(days=ago), name, "stock", rows, cap)


def license_(title: str = "Marketing", *, starts: int = -100, ends: int = 200) -> LicenseFigures:
    """A license from one day to another, counted from today."""
    days = (TODAY + timedelta(days=starts), TODAY + timedelta(days=ends))
    return LicenseFigures("1" * 32, "marketing", title, 10, *days, "in force")


def figures(*products: ProductFigures, **values: Any) -> Figures:
    """Figures of ninety days, and nothing else but what is given."""
    usual: dict[str, Any] = {
        "at": AT, "since": TODAY - timedelta(days=90), "idle_days": 90, "recorded": LONG_AGO,
        "users": 0, "products": products, "idle": (), "licenses": (), "seats": (),
        "refusals": (), "refused": (), "tables": (), "crowd": (),
    }  # fmt: skip
    return Figures(**usual | values)
