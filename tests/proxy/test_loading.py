"""Modules are loaded without looking for garbage."""

import gc

import pytest

from pgtoll.loading import lasting


def test_nothing_is_collected_meanwhile_and_what_is_there_lasts() -> None:
    before = gc.get_freeze_count()
    with lasting():
        assert not gc.isenabled()
        made = [[one] for one in range(100)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(made)
    gc.unfreeze()


def test_what_fails_to_load_leaves_the_collector_as_it_was() -> None:
    with pytest.raises(ImportError), lasting():
        raise ImportError
    assert gc.isenabled()
    gc.unfreeze()


def test_who_does_without_a_collector_goes_on_so() -> None:
    gc.disable()
    try:
        with lasting():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
        gc.unfreeze()
