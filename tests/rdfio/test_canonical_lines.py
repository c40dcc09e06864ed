"""A canonical dump changed in place is what the changed dataset's dump would be."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcmgraph.model.terms import IRI, BlankNode, DefaultGraph, Literal, Quad
from gcmgraph.rdfio.canonical import serialize_canonical, write_changed

_IRIS = st.sampled_from([IRI(f"https://example.org/{name}") for name in ("a", "a0", "a/b", "é", "z")])
_OBJECTS = (
    _IRIS
    | st.builds(Literal, st.text(max_size=4))
    | st.builds(
        lambda words, tag: Literal(words, language=tag),
        st.text(alphabet='"\\\naé𝄞', max_size=3),
        st.sampled_from(["en", "fr"]),
    )
)
_QUADS = st.builds(Quad, _IRIS, _IRIS, _OBJECTS, _IRIS | st.just(DefaultGraph()))
_DATASETS = st.sets(_QUADS, max_size=12)


@given(before=_DATASETS, after=_DATASETS)
def test_the_bytes_are_those_of_the_changed_dataset(
    tmp_path_factory: pytest.TempPathFactory, before: set[Quad], after: set[Quad]
) -> None:
    folder = tmp_path_factory.mktemp("change")
    (folder / "old").write_bytes(serialize_canonical(before))
    digest = write_changed(folder / "old", folder / "new", removed=before - after, added=after - before)
    expected = serialize_canonical(after)
    assert (folder / "new").read_bytes() == expected
    assert digest == hashlib.sha256(expected).hexdigest()


_QUAD = Quad(IRI("https://example.org/a"), IRI("https://example.org/b"), Literal("c"))


@pytest.mark.parametrize(
    ("old", "removed", "added", "said"),
    [
        ([], [_QUAD], [], "is not there"),
        ([_QUAD], [], [_QUAD], "is there"),
        ([], [], [Quad(BlankNode("x"), _QUAD.predicate, _QUAD.object)], "blank node"),
    ],
)
def test_a_change_that_does_not_fit_is_refused(
    tmp_path: Path, old: list[Quad], removed: list[Quad], added: list[Quad], said: str
) -> None:
    (tmp_path / "old").write_bytes(serialize_canonical(old))
    with pytest.raises(ValueError, match=said):
        write_changed(tmp_path / "old", tmp_path / "new", removed=removed, added=added)
