"""Ties between organisations: counted, ranked, bounded."""

from __future__ import annotations

from itertools import combinations

from pyroaring import BitMap

from gcmgraph.model.terms import IRI, Literal
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.facets import COUNTED_AS, TAKING_PART
from gcmgraph.publication.lists.file import MAX_ORGANISATIONS, ListFile, write_ties
from gcmgraph.publication.network import Collaboration, Tie


def organisation(name: str) -> IRI:
    return IRI(f"https://example.org/{name}")


def taking_part(*practices: str) -> dict[IRI, BitMap]:
    """Return who takes part in practices, each written as the letters of its organisations."""
    letters = sorted(set("".join(practices)))
    return {organisation(x): BitMap(n for n, written in enumerate(practices, 1) if x in written) for x in letters}


def made(*practices: str, whole_of: dict[int, int] | None = None) -> Collaboration:
    """Return the ties of practices; `whole_of`: numbers of wholes by those of parts."""
    return of_organisations(taking_part(*practices), whole_of or {})


def of_organisations(organisations: dict[IRI, BitMap], whole_of: dict[int, int]) -> Collaboration:
    """Return the ties of organisations with these practices."""
    file = ListFile.create(None, Addresses())
    for path in TAKING_PART:
        file.put_reached("practice", path, organisations if path == TAKING_PART[0] else {})
    parts: dict[IRI | Literal, BitMap] = {}
    for part, whole in whole_of.items():
        address = f"practice/{whole}"
        file.connection.execute("INSERT OR IGNORE INTO things VALUES (?, ?, '[]')", (whole, address))
        parts.setdefault(IRI(f"{Addresses().base}id/{address}"), BitMap()).add(part)
    file.put_reached("practice", COUNTED_AS, parts)
    file.put_kind("practice", BitMap(range(1, 10)))
    write_ties(file)
    return Collaboration(file)


def written(ties: tuple[Tie, ...]) -> list[str]:
    return [f"{tie.one.value[-1]}{tie.other.value[-1]}{tie.weight}" for tie in ties]


def test_a_tie_counts_the_practices_shared_and_the_strongest_come_first() -> None:
    collaboration = made("abc", "ab", "d", "bc", "ab")
    assert written(collaboration.strongest(9, 9).ties) == ["ab3", "bc2", "ac1"]


def test_tie_of_two_parts_counts_their_whole_once() -> None:
    assert written(made("c", "ab", "ab", "abc", "bc", whole_of={2: 1, 3: 1}).strongest(9, 9).ties) == [
        "ab2",
        "bc2",
        "ac1",
    ]


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


def test_practice_with_too_many_organisations_ties_none() -> None:
    crowd = {organisation(f"{n:04}"): BitMap([7]) for n in range(MAX_ORGANISATIONS + 1)}
    assert of_organisations(crowd, {}).strongest(9, 9).ties == ()
    fewer = dict(list(crowd.items())[1:])
    ties = of_organisations(fewer, {}).strongest(9, 9).ties_in_all
    assert ties == MAX_ORGANISATIONS * (MAX_ORGANISATIONS - 1) // 2


def test_all_pairs_of_a_practice_are_tied() -> None:
    assert len(made("abcdef").strongest(9, 99).ties) == len(list(combinations("abcdef", 2)))
