"""Ties between organisations: counted, ranked, bounded."""

from __future__ import annotations

from itertools import combinations

from gcmgraph.model.terms import IRI
from gcmgraph.publication.network.collaboration import MAX_ORGANISATIONS, Collaboration
from gcmgraph.publication.participation import Participation


def organisation(name: str) -> IRI:
    return IRI(f"https://example.org/{name}")


def made(*practices: str) -> Collaboration:
    """Return the ties of practices, each written as the letters of its organisations."""
    taking_part = {
        organisation(f"practice/{number}"): tuple(map(organisation, sorted(letters)))
        for number, letters in enumerate(practices)
    }
    return Collaboration(Participation(taking_part, {}, {}, {}))


def written(collaboration_ties: object) -> list[str]:
    return [f"{tie.one.value[-1]}{tie.other.value[-1]}{tie.weight}" for tie in collaboration_ties]  # type: ignore[attr-defined]


def test_a_tie_counts_the_practices_shared_and_the_strongest_come_first() -> None:
    collaboration = made("abc", "ab", "d", "bc", "ab")
    assert written(collaboration.ties) == ["ab3", "bc2", "ac1"]
    assert [practice.value[-1] for practice in collaboration.ties[0].practices] == ["0", "1", "4"]


def test_the_strongest_part_says_how_much_there_is_in_all() -> None:
    network = made("abc", "ab", "de", "fg", "de").strongest(organisations=5, ties=2)
    assert written(network.ties) == ["ab2", "de2"]
    assert {iri.value[-1] for iri in network.organisations} <= set("abcde")
    assert (network.organisations_in_all, network.ties_in_all) == (7, 5)


def test_no_organisation_stands_in_the_picture_without_a_tie() -> None:
    network = made("ab", "ab", "cd").strongest(organisations=3, ties=9)
    assert {iri.value[-1] for iri in network.organisations} == {"a", "b"}


def test_around_one_are_its_partners_and_their_ties_among_themselves() -> None:
    network = made("ab", "ac", "ac", "bc", "bd", "de").around(organisation("a"), others=9, ties=9)
    assert network is not None
    assert [iri.value[-1] for iri in network.organisations] == ["a", "c", "b"]
    assert written(network.ties) == ["ac2", "ab1", "bc1"]


def test_around_one_is_bounded_and_keeps_its_own_ties() -> None:
    network = made("a" + "bcdefghij").around(organisation("a"), others=3, ties=1)
    assert network is not None
    assert written(network.ties) == ["ab1", "ac1", "ad1"]
    assert network.organisations_in_all == 10


def test_around_one_that_works_with_nobody_is_nothing() -> None:
    assert made("ab", "c").around(organisation("c"), 9, 9) is None


def test_a_practice_of_too_many_ties_nobody() -> None:
    crowd = {organisation("p"): tuple(organisation(f"{n:04}") for n in range(MAX_ORGANISATIONS + 1))}
    collaboration = Collaboration(Participation(crowd, {}, {}, {}))
    assert collaboration.ties == ()
    assert collaboration.too_large == [organisation("p")]


def test_all_pairs_of_a_practice_are_tied() -> None:
    assert len(made("abcdef").ties) == len(list(combinations("abcdef", 2)))
