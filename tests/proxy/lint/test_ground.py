"""A product is called by its title and its code."""

from dataclasses import replace

from grounds import TODAY, ground
from license_samples import MARKETING


def test_a_product_is_called_by_title_and_code() -> None:
    here = ground(MARKETING, replace(MARKETING, code="same", title="same"))
    assert here.title("marketing") == "Marketing (marketing)"
    assert here.title("same") == "same"
    assert here.title("gone") == "gone"
    assert here.today == TODAY
