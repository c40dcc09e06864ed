"""The whole guidance: 23 objectives, their actions, practices and SDG targets, each statement with its place."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from string import ascii_lowercase

import pytest

from collected import read_rows
from gcmgraph.publication.assembly import Assembly
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Term, Vocabulary
from gcmgraph.readings.locators import digest
from gcmgraph.repository.layout import Repository
from gcmreader.documents.reading import read_document

ADDRESSES = Addresses()
V = Vocabulary(ADDRESSES)

#: Actions, practices (headings), and SDG targets of each objective, counted on the rendered pages.
PAGES = read_rows(Path(__file__).with_name("guidance_pages.csv"))


@pytest.fixture(scope="module")
def values(assembly: Assembly) -> dict[tuple[IRI, IRI], set[Term]]:
    """The values of each property of each resource, of all graphs."""
    found: dict[tuple[IRI, IRI], set[Term]] = defaultdict(set)
    for quad in assembly.quads:
        found[quad.subject, quad.predicate].add(quad.object)
    return found


def test_objectives_have_the_actions_practices_and_targets_of_their_pages(
    assembly: Assembly, values: dict[tuple[IRI, IRI], set[Term]]
) -> None:
    assert assembly.readings.problems == ()
    assert len(PAGES) == 23
    for page in PAGES:
        number, letters = page["objective"], ascii_lowercase[: int(page["actions"])]
        objective = V(f"objective:{number}")
        assert values[objective, V("gcm:hasAction")] == {
            V(f"action:{number}{letter}") for letter in letters
        }
        assert values[objective, V("gcm:relevantTarget")] == {
            V(f"sdg:{code}") for code in page["targets"].split()
        }
        whole = [
            p for p in values[objective, V("gcm:hasPractice")] if not values[p, V("dct:isPartOf")]
        ]
        assert len(whole) == int(page["practices"])
        assert values[objective, V("gcm:relevantGoal")]


def test_every_practice_is_judged_on_actions(assembly: Assembly) -> None:
    of: dict[tuple[IRI, Term], Term] = {
        (q.subject, q.predicate): q.object for q in assembly.quads if isinstance(q.subject, IRI)
    }
    judged = {
        (q.subject, q.object) for q in assembly.quads if q.predicate == V("gcm:supportsAction")
    }
    practices = {
        q.subject
        for q in assembly.quads
        if q.predicate == V("rdf:type") and q.object == V("gcm:Practice")
    }
    elsewhere = {
        (practice, action)
        for practice, action in judged
        if of[practice, V("gcm:objective")] != of[action, V("gcm:objective")]
    }
    without_action = {
        "bilateral-social-security-agreements",
        "lowering-remittance-costs",
        "lowering-remittance-costs-sri-lanka",
    }
    assert practices - {practice for practice, _ in judged} == {
        V(f"practice:{slug}") for slug in without_action
    }
    assert (V("practice:global-skill-partnerships-gsps"), V("action:18e")) in elsewhere
    assert (V("practice:mexico-s-matricula-consular"), V("action:14f")) in elsewhere
    docs = " ".join(Path("docs/readings.md").read_text("utf-8").split())
    covered = len({action for _, action in judged})
    assert f"Of {len(judged)} judgements, {len(elsewhere)} are" in docs
    assert f"{covered} of 187 actions have a practice" in docs


def test_every_statement_of_a_document_has_its_passage(
    assembly: Assembly, repository: Repository
) -> None:
    """Offsets and a checksum always, the page of a PDF, and the words where the text may be shown."""
    about: dict[IRI, dict[IRI, set[Term]]] = defaultdict(lambda: defaultdict(set))
    evidence = IRI(ADDRESSES.graph("evidence"))
    for quad in assembly.quads:
        if quad.graph_name == evidence:
            about[quad.subject][quad.predicate].add(quad.object)
    supported: dict[tuple[Term, Term, Term], set[Term]] = defaultdict(set)
    for node in list(about.values()):
        if V("oa:hasTarget") in node:
            (passage,) = node[V("oa:hasTarget")]
            (subject,), (predicate,), (obj,) = (
                node[V(f"rdf:{part}")] for part in ("subject", "predicate", "object")
            )
            supported[subject, predicate, obj] |= about[passage][V("oa:hasSource")]
    prefix = ADDRESSES.graph("source/")
    checked = 0
    for quad in assembly.quads:
        if quad.graph_name.value.startswith(prefix):
            source = IRI(ADDRESSES.resource("source", quad.graph_name.value[len(prefix) :]))
            assert source in supported[quad.subject, quad.predicate, quad.object], quad
            checked += 1
    assert checked > 5000
    own = {V(f"source:{path.name[:-3]}"): read_document(path).text for path in repository.sources}
    for node, facts in list(about.items()):
        if V("gcm:Passage") in facts[V("rdf:type")]:
            _check_passage(node, facts, about, own)


def _check_passage(
    passage: IRI,
    facts: dict[IRI, set[Term]],
    about: dict[IRI, dict[IRI, set[Term]]],
    own: dict[IRI, str],
) -> None:
    (source,) = facts[V("oa:hasSource")]
    (checksum,) = facts[V("gcm:textSha256")]
    selectors = {kind: s for s in facts[V("oa:hasSelector")] for kind in about[s][V("rdf:type")]}
    (start,), (end,) = (
        about[selectors[V("oa:TextPositionSelector")]][V(f"oa:{name}")] for name in ("start", "end")
    )
    if source in own:
        words = own[source][int(start.value) : int(end.value)]
        (exact,) = about[selectors[V("oa:TextQuoteSelector")]][V("oa:exact")]
        assert exact.value == words
        assert checksum.value == digest(words)
    else:
        assert V("oa:TextQuoteSelector") not in selectors, passage
        (page,) = about[selectors[V("oa:FragmentSelector")]][V("rdf:value")]
        assert page.value.startswith("page=")
