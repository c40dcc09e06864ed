"""Ties between organisations: counted, ranked, bounded."""

from __future__ import annotations

from itertools import combinations

from pyroaring import BitMap

from gcmgraph.model.terms import IRI
from gcmgraph.publication.network import MAX_ORGANISATIONS, Collaboration, Tie


def organisation(name: str) -> IRI:
    return IRI(f"https://example.org/{name}")


def taking_part(*practices: str) -> dict[IRI, BitMap]:
    """Return who takes part in practices, each written as the letters of its organisations."""
    letters = sorted(set("".join(practices)))
    return {organisation(x): BitMap(n for n, written in enumerate(practices, 1) if x in written) for x in letters}


def made(*practices: str, whole_of: dict[int, int] | None = None) -> Collaboration:
    """Return the ties of practices; `whole_of`: numbers of wholes by those of parts."""
    wholes = {part: BitMap([whole]) for part, whole in (whole_of or {}).items()}
    return Collaboration(taking_part(*practices), wholes)


def written(ties: tuple[Tie, ...]) -> list[str]:
    return [f"{tie.one.value[-1]}{tie.other.value[-1]}{tie.weight}" for tie in ties]


def test_strongest_ties_by_shared_practices() -> None:
    assert written(made("abc", "ab", "d", "bc", "ab").strongest(9, 9).ties) == ["ab3", "bc2", "ac1"]
    assert len(made("abcdef").strongest(9, 99).ties) == len(list(combinations("abcdef", 2)))


def test_tie_of_two_parts_counts_their_whole_once() -> None:
    ties = made("c", "ab", "ab", "abc", "bc", whole_of={2: 1, 3: 1}).strongest(9, 9).ties
    assert written(ties) == ["ab2", "bc2", "ac1"]


def test_totals_of_the_strongest_part() -> None:
    network = made("abc", "ab", "de", "fg", "de").strongest(organisations=5, ties=2)
    assert written(network.ties) == ["ab2", "de2"]
    assert {iri.value[-1] for iri in network.organisations} <= set("abcde")
    assert (network.organisations_in_all, network.ties_in_all) == (7, 5)


def test_organisations_without_ties_are_left_out() -> None:
    network = made("ab", "ab", "cd").strongest(organisations=3, ties=9)
    assert {iri.value[-1] for iri in network.organisations} == {"a", "b"}


def test_partners_of_an_organisation_and_ties_among_them() -> None:
    network = made("ab", "ac", "ac", "bc", "bd", "de").around(organisation("a"), others=9, ties=9)
    assert network is not None
    assert [iri.value[-1] for iri in network.organisations] == ["a", "c", "b"]
    assert written(network.ties) == ["ac2", "ab1", "bc1"]


def test_limit_on_partners_includes_all_own_ties() -> None:
    network = made("a" + "bcdefghij").around(organisation("a"), others=3, ties=1)
    assert network is not None
    assert written(network.ties) == ["ab1", "ac1", "ad1"]
    assert network.organisations_in_all == 10


def test_organisation_without_partners_has_no_network() -> None:
    assert made("ab", "c").around(organisation("c"), 9, 9) is None


def test_practice_with_too_many_organisations_ties_none() -> None:
    crowd = {organisation(f"{n:04}"): BitMap([7]) for n in range(MAX_ORGANISATIONS + 1)}
    assert Collaboration(crowd, {}).strongest(9, 9).ties == ()
    fewer = dict(list(crowd.items())[1:])
    ties = Collaboration(fewer, {}).strongest(9, 9).ties_in_all
    assert ties == MAX_ORGANISATIONS * (MAX_ORGANISATIONS - 1) // 2
