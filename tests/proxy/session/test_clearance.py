"""Whoever may be asked has to answer."""

import pytest

from pgtoll.session.clearance import Clearance


def test_nobody_is_clear_by_default() -> None:
    with pytest.raises(NotImplementedError):
        _ = Clearance().clear
