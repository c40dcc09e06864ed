"""Producer, edition, licence and unit of works of others are the same on pages, in files, pictures and citations."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import bibtexparser
import pytest
import rispy
from answers import html, table, words, workbook
from docx import Document
from flask.testing import FlaskClient

from gcmgraph.publication.attribution import attribution, licence_name
from gcmgraph.publication.descriptions import Labels
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI
from gcmgraph.store.port import Store
from gcmgraph.store.store_folder import StoreFolder

A = Addresses()

STATISTICS = (
    "migrants-by-destination", "migrants-by-origin", "migrant-corridors", "refugees-by-origin", "refugees-by-asylum",
    "asylum-seekers-by-origin", "asylum-seekers-by-asylum", "internally-displaced", "deaths-by-route",
    "deaths-by-country", "remittances-received", "remittances-paid", "population", "gdp",
)  # fmt: skip

#: Datasets of rates, whose producer is this project.
RATES = (
    "immigrants-per-1000", "emigrants-per-1000", "women-among-immigrants", "women-among-emigrants",
    "change-of-immigrants", "change-of-emigrants", "refugees-per-1000", "asylum-seekers-per-1000",
    "internally-displaced-per-1000", "remittances-received-of-gdp", "remittances-paid-of-gdp",
)  # fmt: skip

#: A work of each other kind, with its producer and the year of its edition, as their sources state
#: them.
WORKS = {
    "instrument/ilo-c189": ("International Labour Organization", "2011"),
    "instrument/smuggling-protocol": ("United Nations General Assembly", "2000"),
    "instrument/a-res-72-278": ("United Nations General Assembly", "2018"),
    "source/objective-09.fr": ("United Nations", ""),
    "objective/9": ("United Nations General Assembly", "2018"),
}

#: Queries with figures of one producer, and with those of several.
QUERIES = {
    "remittances-without-practice": ("remittances-received",),
    "immigrants-and-practices": ("migrants-by-destination",),
    "deaths-without-practice": ("deaths-by-country",),
    "refugees-without-practice": ("refugees-by-asylum",),
    "figures-of-country?country=NER": (
        "refugees-by-asylum",
        "remittances-received",
        "migrants-by-origin",
    ),
}


@dataclass(frozen=True)
class Expected:
    """What the graph states of a dataset of figures; the edition is empty where the producer states none."""

    producer: str
    edition: str
    licence: str
    licence_address: str
    unit: str

    def is_in(self, text: str) -> bool:
        """Whether a text has producer, year of the edition, licence and unit."""
        words = " ".join(text.split())  # texts of pictures are wrapped
        return all(
            value in words for value in (self.producer, self.edition[:4], self.licence, self.unit)
        )


@pytest.fixture(scope="module")
def store(small_store: Path) -> Store:
    return StoreFolder(small_store).open_current()


@pytest.fixture(scope="module")
def expected(store: Store) -> dict[str, Expected]:
    labels = Labels(store, A)
    stated = {}
    for name in (*STATISTICS, *RATES):
        source = attribution(store, A, IRI(A.resource("statistics", name)))
        assert source is not None
        assert source.licence is not None
        assert source.unit is not None
        stated[name] = Expected(
            labels.of(source.producers[0], "en").text,
            source.edition.value if source.edition else "",
            licence_name(source.licence),
            source.licence.value,
            labels.of(source.unit, "en").text,
        )
    return stated


def test_datasets_have_the_producers_that_their_tables_state(expected: dict[str, Expected]) -> None:
    folder = Path(__file__).parents[2] / "data"
    rows = table((folder / "reference" / "statistics.csv").read_text("utf-8"))
    rates = table((folder / "reference" / "rates.csv").read_text("utf-8"))
    assert {row["slug"] for row in rates} == set(RATES)
    assert {row["slug"] for row in rows} == expected.keys() - set(RATES)
    for row in rows:
        metadata = json.loads(
            (folder / "statistics" / f"{row['slug']}.csv-metadata.json").read_text("utf-8")
        )
        assert expected[row["slug"]].licence_address == metadata["dc:license"]
        assert expected[row["slug"]].edition == row["edition"]
    assert expected["migrants-by-origin"].licence == "CC BY 3.0 IGO"
    assert (expected["remittances-paid"].producer, expected["remittances-paid"].unit) == (
        "World Bank",
        "US dollars",
    )


@pytest.mark.parametrize("name", STATISTICS)
def test_figures_have_one_attribution_on_all_doors(
    small_client: FlaskClient, expected: dict[str, Expected], name: str
) -> None:
    of = expected[name]
    page = html(small_client, f"/doc/statistics/{name}?lang=en")
    assert of.is_in(words(page.partition('id="statements"')[0]))
    assert f'href="{of.licence_address}"' in page
    for row in table(small_client.get(f"/statistics/{name}?format=csv&lang=en").text):
        cells = (row["Producer"], row["Edition"], row["Licence"], row["Unit"])
        assert cells == (of.producer, of.edition, of.licence, of.unit)
    (headings, first, *_), about = workbook(
        small_client.get(f"/statistics/{name}?format=xlsx&lang=en")
    )
    cells = tuple(
        first[headings.index(heading)] or ""
        for heading in ("Producer", "Edition", "Licence", "Unit")
    )
    assert cells == (of.producer, of.edition, of.licence, of.unit)
    assert (about["Licence"], about["Unit"]) == (of.licence, of.unit)
    assert of.is_in(str(about["Source"]))
    assert str(about["Citation"]).startswith(of.producer)
    licences = re.findall(r"CC BY [0-9.]+(?: IGO)?", " ".join(map(str, [*about.values(), *first])))
    assert {*licences} == {of.licence}
    if name != "migrant-corridors":  # of pairs there is no chart of the largest
        drawing = ET.fromstring(small_client.get(f"/statistics/{name}?format=svg&lang=en").text)  # noqa: S314 - ours
        assert of.is_in(" ".join(drawing.itertext()))
    assert_cited(small_client, f"statistics/{name}", of.producer, of.edition[:4])
    for text in (
        small_client.get(f"/doc/statistics/{name}.{form}?lang=en").text for form in ("bib", "ris")
    ):
        assert of.licence_address in text
        assert of.unit in text
    described = structured(page)
    measured = described["variableMeasured"]
    assert isinstance(measured, dict)
    assert (described["license"], measured["unitText"]) == (of.licence_address, of.unit)
    links = ", ".join(small_client.get(f"/doc/statistics/{name}.ttl").headers.getlist("Link"))
    assert re.findall(r'<([^>]+)>; rel="license"', links) == [of.licence_address]


@pytest.mark.parametrize(("path", "made"), WORKS.items())
def test_works_of_others_are_cited_by_producer_and_edition(
    small_client: FlaskClient, path: str, made: tuple[str, str]
) -> None:
    assert_cited(small_client, path, *made)


def test_evaluations_are_cited_by_their_publisher(small_client: FlaskClient) -> None:
    evaluation, *_ = small_client.get("/browse/evaluation?format=json").get_json()["items"]
    path = evaluation["href"].removeprefix("/doc/")
    assert_cited(
        small_client, path, "International Organization for Migration", evaluation["year"][0]
    )
    assert "The export names no licence." in small_client.get(f"/doc/{path}.bib").text


def test_passages_and_figures_are_cited_by_the_producer_of_their_work(
    small_client: FlaskClient,
) -> None:
    series = table(small_client.get("/statistics/remittances-received?format=csv&country=NER").text)
    figure = f"statistics/remittances-received/NER-{series[-1]['Year']}"
    for path, producer in ((figure, "World Bank"), (passage_of(small_client), "United Nations")):
        entry = bibtexparser.parse_string(
            small_client.get(f"/doc/{path}.bib?lang=en").text
        ).entries[0]
        assert producer in str(entry["author"])


def test_practices_are_cited_by_the_editors(small_client: FlaskClient) -> None:
    practice, *_ = small_client.get("/browse/practice?format=json").get_json()["items"]
    entry = bibtexparser.parse_string(
        small_client.get(f"{practice['href']}.bib?lang=en").text
    ).entries[0]
    assert str(entry["author"]) == "{GCM Graph contributors}"
    assert "edition" not in entry.fields_dict


@pytest.mark.parametrize(("address", "names"), QUERIES.items())
def test_results_with_figures_name_their_producers(
    small_client: FlaskClient, expected: dict[str, Expected], address: str, names: tuple[str, ...]
) -> None:
    start = f"/queries/{address}{'&' if '?' in address else '?'}"
    sources = [expected[name] for name in names]
    page = words(html(small_client, f"{start}lang=en"))
    (headings, first, *_), about = workbook(small_client.get(f"{start}format=xlsx&lang=en"))
    for source in sources:
        assert source.is_in(page)
        assert source.is_in(str(about["Figures"]))
        assert source.licence in str(about["Licence"])
    if len(names) == 1:
        licences = re.findall(
            r"CC BY [0-9.]+(?: IGO)?|https://creativecommons[^ ]+",
            " ".join(map(str, about.values())),
        )
        assert {*licences} == {sources[0].licence}
    assert "/doc/statistics/" in str(first[headings.index("Source")])
    works = {A.resource("statistics", name) for name in names}
    document = small_client.get(f"{start}format=json").get_json(force=True)
    assert works <= {*document["head"]["link"]}
    xml = ET.fromstring(small_client.get(f"{start}format=xml").text)  # noqa: S314 - ours
    linked = {link.get("href") for link in xml.iter("{http://www.w3.org/2005/sparql-results#}link")}
    assert works <= linked
    for form in ("csv", "tsv", "json", "xml"):
        links = small_client.get(f"{start}format={form}&lang=en").headers.getlist("Link")
        titles = [
            unquote(link.partition("title*=UTF-8''")[2]) for link in links if 'rel="via"' in link
        ]
        for source in sources:
            assert any(source.is_in(title) for title in titles), form
            assert f'<{source.licence_address}>; rel="license"' in links


def test_rows_of_figures_have_unit_producer_edition_and_licence(
    small_client: FlaskClient, store: Store, expected: dict[str, Expected]
) -> None:
    labels = Labels(store, A)
    for row in table(small_client.get("/queries/figures-of-country?country=NER&format=csv").text):
        of = expected[row["dataset"].rpartition("/")[2]]
        producer, unit = (labels.of(IRI(row[column]), "en").text for column in ("producer", "unit"))
        cells = (producer, row["edition"], row["licence"], unit)
        assert cells == (of.producer, of.edition, of.licence_address, of.unit)


def test_figures_of_a_country_have_their_attribution(
    small_client: FlaskClient, expected: dict[str, Expected]
) -> None:
    for path in ("/doc/country/NER?lang=en", "/compare?country=NER&country=MAR&lang=en"):
        shown = words(html(small_client, path))
        for name in ("remittances-received", "refugees-by-asylum", "migrants-by-origin"):
            assert expected[name].is_in(shown), path
    objective = words(html(small_client, "/doc/objective/20?lang=en"))
    assert expected["remittances-received"].is_in(objective)
    brief = Document(io.BytesIO(small_client.get("/brief/country/NER?format=docx&lang=en").data))
    printed = " ".join(paragraph.text for paragraph in brief.paragraphs)
    for name in ("remittances-received", "refugees-by-asylum", "migrants-by-origin"):
        assert expected[name].producer in printed
        assert expected[name].licence in printed


def assert_cited(client: FlaskClient, path: str, producer: str, year: str) -> None:
    """Check the citations of a work on its page and in files."""
    (quoted,) = re.findall(
        r"<blockquote dir.*?</blockquote>", html(client, f"/doc/{path}?lang=en"), re.S
    )
    cited = words(quoted)
    assert cited.startswith(f"{producer} ({year})." if year else f"{producer}."), cited
    assert "As published in GCM Graph" in cited
    (entry,) = bibtexparser.parse_string(client.get(f"/doc/{path}.bib?lang=en").text).entries
    assert str(entry["author"]) == f"{{{producer}}}"
    assert ("year" in entry.fields_dict) is bool(year)
    assert not year or entry["year"] == year
    assert entry["howpublished"] == "As published in GCM Graph"
    (record,) = rispy.loads(client.get(f"/doc/{path}.ris?lang=en").text)
    assert (record["authors"], record.get("year", "")) == ([producer], year)
    if not path.startswith("objective/"):  # a term of schema.org has no publisher
        described = structured(html(client, f"/doc/{path}?lang=en"))
        publisher = described["publisher"]
        assert isinstance(publisher, dict)
        assert publisher["name"] == producer
        assert str(described.get("datePublished", ""))[:4] == year


def structured(page: str) -> dict[str, object]:
    """The JSON-LD of a page."""
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    described: dict[str, object] = json.loads(unescape(text))
    return described


def passage_of(client: FlaskClient) -> str:
    """A passage of the page of objective 9."""
    found = re.search(
        r"id/(source/objective-09\.fr/\d+-\d+)", client.get("/doc/source/objective-09.fr.nt").text
    )
    assert found
    return found[1]
