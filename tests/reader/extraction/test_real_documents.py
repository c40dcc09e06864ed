"""What issue 2 asks of the graph of objective 9, read from the real documents."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gcmgraph.repository.layout import Repository
from gcmreader.documents.reading import read_document
from gcmreader.documents.segmentation import segment
from gcmreader.extraction.clauses import Found
from gcmreader.extraction.organisations import Organisation
from gcmreader.extraction.practices import ReferenceData
from gcmreader.extraction.statements import DocumentReading, read_outline

SOURCES = Repository.find().root / "data" / "sources"


def read(name: str, known: ReferenceData) -> DocumentReading:
    return read_outline(segment(read_document(SOURCES / name)), known)


@pytest.fixture(scope="module")
def page(known: ReferenceData) -> DocumentReading:
    return read("objective-09.fr.md", known)


def local(found: tuple[Found[Organisation], ...]) -> list[str]:
    return [f.value.iri.value.rsplit("/", 1)[1] if f.value.iri else f.value.name for f in found]


def test_the_plan(page: DocumentReading) -> None:
    plan = page.practices[0]
    assert [k.value for k in plan.kinds] == ["plan"]
    assert local(plan.leads) == ["rcm"]
    assert (plan.partners, plan.countries, plan.amount) == ((), (), None)
    assert plan.period.start is not None
    assert plan.period.end is not None
    assert (str(plan.period.start.value), str(plan.period.end.value)) == ("2019", "2025")
    assert [c.value.text for c in plan.citations] == ["Conférence régionale sur la migration, 2018"]


def test_glo_act(page: DocumentReading) -> None:
    glo_act = page.practices[1]
    assert [k.value for k in glo_act.kinds] == ["programme"]
    assert local(glo_act.leads) == ["eu", "unodc"]
    assert local(glo_act.partners) == ["iom"]
    assert [c.value.value.rsplit("/", 1)[1] for c in glo_act.countries] == ["AFG", "IRN", "IRQ", "PAK"]
    assert glo_act.period.start is not None
    assert glo_act.period.end is not None
    assert (str(glo_act.period.start.value), str(glo_act.period.end.value)) == ("2018", "2022")
    assert glo_act.amount is not None
    assert (glo_act.amount.value.value, glo_act.amount.value.currency) == (Decimal(12_000_000), "EUR")
    assert [c.value.text for c in glo_act.citations] == ["ONUDC, s.d."]


def test_redtram(page: DocumentReading) -> None:
    redtram = page.practices[2]
    assert [k.value for k in redtram.kinds] == ["network"]
    assert (local(redtram.leads), local(redtram.partners)) == (["unodc"], ["aiamp"])
    assert redtram.countries == ()
    assert (redtram.period.start, redtram.period.end) == (None, None)
    assert [c.value.text for c in redtram.citations] == ["ONUDC, 2018"]


def test_actions_and_instruments(page: DocumentReading) -> None:
    assert [a.letter for a in page.actions] == list("abcdef")
    assert [i.value.value.rsplit("/", 1)[1] for i in page.actions[0].instruments] == ["smuggling-protocol", "untoc"]
    assert all(a.label is not None for a in page.actions)
