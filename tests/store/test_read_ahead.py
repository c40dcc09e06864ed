"""Reading ahead: the same quads as asked for one by one, in fewer requests."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from gcmgraph.model.terms import IRI, Literal, Quad, Term
from gcmgraph.store.remote.prefetch import End, Prefetch


def iri(name: object) -> IRI:
    return IRI(f"https://example.org/{name}")


class Server:
    """Answers for many things at once, at most so many quads."""

    def __init__(self, quads: Collection[Quad], most: int) -> None:
        self.quads = quads
        self.most = most
        self.asked: list[tuple[End, list[IRI], IRI | None]] = []

    def __call__(self, end: End, things: Collection[IRI], predicate: IRI | None) -> list[Quad] | None:
        """Answer, and write down what was asked."""
        self.asked.append((end, list(things), predicate))
        found = [q for q in self.quads if getattr(q, end) in things and predicate in (None, q.predicate)]
        return found if len(found) <= self.most else None


THINGS, PROPERTIES, GRAPHS = ([iri(f"{kind}{n}") for n in range(4)] for kind in ("thing", "property", "graph"))
TEXTS = [Literal("a"), Literal("b", language="en")]
QUADS = st.builds(
    Quad,
    st.sampled_from(THINGS),
    st.sampled_from(PROPERTIES),
    st.sampled_from([*THINGS, *TEXTS]),
    st.sampled_from(GRAPHS),
)


def maybe(terms: list[IRI] | list[Term]) -> st.SearchStrategy[Term | None]:
    return st.none() | st.sampled_from(terms)


PATTERNS = st.tuples(maybe(THINGS), maybe(PROPERTIES), maybe([*THINGS, *TEXTS]), maybe(GRAPHS))


def matches(quad: Quad, pattern: tuple[Term | None, ...]) -> bool:
    terms = (quad.subject, quad.predicate, quad.object, quad.graph_name)
    return all(wanted in (None, term) for wanted, term in zip(pattern, terms, strict=True))


@given(st.sets(QUADS, max_size=30), st.lists(PATTERNS, max_size=12), st.integers(1, 30))
def test_what_is_read_is_what_matches(
    quads: set[Quad], patterns: list[tuple[IRI | None, IRI | None, Term | None, IRI | None]], most: int
) -> None:
    server = Server(quads, most)
    ahead = Prefetch(server)
    for pattern in patterns:
        found = ahead.quads(*pattern)
        subject, _, value, _ = pattern
        if subject is None and not isinstance(value, IRI):
            assert found is None
        elif found is None:
            assert isinstance(value, Literal) or server.asked[-1][1] == [subject or value]
        else:
            assert sorted(map(str, found)) == sorted(str(quad) for quad in quads if matches(quad, pattern))


def test_what_was_reached_alike_is_asked_for_together_and_once() -> None:
    evidence = [iri(f"evidence/{n}") for n in range(500)]
    about, target, exact = PROPERTIES[:3]
    passages = [iri(f"passage/{n}") for n in range(500)]
    quads = [
        *(Quad(e, about, THINGS[0], GRAPHS[0]) for e in evidence),
        *(Quad(e, target, p, GRAPHS[0]) for e, p in zip(evidence, passages, strict=True)),
        *(Quad(p, exact, Literal(str(p)), GRAPHS[0]) for p in passages),
    ]
    server = Server(quads, 10_000)
    ahead = Prefetch(server)
    for _ in range(2):
        found = list(ahead.quads(None, about, THINGS[0], None) or ())
        assert [quad.subject for quad in found] == evidence
        for quad, passage in zip(found, passages, strict=True):
            assert isinstance(quad.subject, IRI)
            ((targeted,),) = [[q.object for q in ahead.quads(quad.subject, target, None, None) or ()]]
            assert targeted == passage
            assert [q.object for q in ahead.quads(passage, None, None, None) or ()] == [Literal(str(passage))]
    assert len(server.asked) == 1 + 3 + 3
    assert all(len(set(things)) == len(things) <= 200 for _, things, _ in server.asked)


def test_nothing_is_asked_again_of_what_has_no_quads() -> None:
    server = Server([], 10)
    ahead = Prefetch(server)
    for thing, predicate in product(THINGS, [None, *PROPERTIES]):
        found = ahead.quads(thing, predicate, None, None)
        assert found is not None
        assert next(found, None) is None
    assert len(server.asked) == len(THINGS)
