"""The search for cyclic garbage is put off for a block, and goes on afterwards."""

from __future__ import annotations

import gc

import pytest

from gcmgraph.validation.dataset import validate_dataset
from gcmgraph.validation.equivalence.gc import cycles_left
from gcmgraph.validation.shacl.shapes import Shapes


def test_nothing_is_searched_within_the_block() -> None:
    with cycles_left():
        assert not gc.isenabled()
    assert gc.isenabled()
    gc.unfreeze()


def test_an_error_within_the_block_lets_the_search_go_on() -> None:
    with pytest.raises(ZeroDivisionError), cycles_left():
        raise ZeroDivisionError
    assert gc.isenabled()


def test_where_it_was_off_it_stays_off() -> None:
    gc.disable()
    try:
        with cycles_left():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
        gc.unfreeze()


def test_after_a_dataset_everything_is_searched_again(shapes: Shapes) -> None:
    assert validate_dataset([], shapes).conforms
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
