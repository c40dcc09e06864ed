"""The search for cyclic garbage is put off for a block, and goes on afterwards."""

from __future__ import annotations

import gc

import pytest

from gcmgraph.validation.dataset import validate_dataset
from gcmgraph.validation.graphs import collection_paused
from gcmgraph.validation.rules import ShapesEngine


def test_nothing_is_searched_within_the_block() -> None:
    with collection_paused():
        assert not gc.isenabled()
    assert gc.isenabled()
    gc.unfreeze()


def test_an_error_within_the_block_lets_the_search_go_on() -> None:
    with pytest.raises(ZeroDivisionError), collection_paused():
        raise ZeroDivisionError
    assert gc.isenabled()


def test_where_it_was_off_it_stays_off() -> None:
    gc.disable()
    try:
        with collection_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
        gc.unfreeze()


def test_after_a_dataset_everything_is_searched_again(engine: ShapesEngine) -> None:
    assert validate_dataset([], engine).conforms
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
