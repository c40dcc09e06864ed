"""The template: what it offers, and that what is filled in comes back as the right terms."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from workbooks import ADDRESSES, PRACTICE, Reader, as_csv, named, put, saved

from gcmgraph.contributions.submission_check import judge
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.media import N_QUADS, TURTLE
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.rdf.terms import IRI, Literal, text, typed
from gcmgraph.spreadsheets.columns import CellKind
from gcmgraph.spreadsheets.headers import header
from gcmgraph.spreadsheets.lists import PublishedLists
from gcmgraph.spreadsheets.template import template_csv, template_xlsx


def test_every_path_of_the_practice_shape_has_a_column(reader: Reader) -> None:
    sh, shape = "http://www.w3.org/ns/shacl#", IRI("https://w3id.org/gcmgraph/shapes#Practice")
    said = reader.rules.shapes.quads
    rules = {
        quad.object
        for quad in said
        if quad.subject == shape and quad.predicate == IRI(sh + "property")
    }
    paths = {
        q.object
        for q in said
        if q.subject in rules and q.predicate == IRI(sh + "path") and isinstance(q.object, IRI)
    }
    columns = {column.path[0] for column in reader.sheets[0].columns}
    editors = {IRI(ADDRESSES.expand(curie)) for curie in ("skos:editorialNote", "dct:dateAccepted")}
    # events and corridors have sheets of their own
    assert paths - columns == {sheet.link for sheet in reader.sheets if sheet.link} | editors
    assert columns <= paths


def test_workbook_has_explanations_and_lists(reader: Reader) -> None:
    book = load_workbook(io.BytesIO(reader.templates["fr"]))
    sheets = (
        "Lisez-moi",
        "Exemple",
        "Pratique",
        "Organisation",
        "Évaluation",
        "Engagement",
        "Événement",
        "Couloir",
    )
    assert [name for name in book.sheetnames if name in sheets] == [
        *sheets
    ]  # further kinds of resources have theirs
    assert book.sheetnames[-1] == "Listes"
    page = book["Pratique"]
    country = next(cell for cell in page[1] if cell.value == "pays (*)")
    assert "code de la liste" in country.comment.text
    rule = next(
        rule
        for rule in page.data_validations.dataValidation
        if f"{country.column_letter}2" in rule.sqref
    )
    assert rule.type == "list"
    listed, cells = rule.formula1.replace("$", "").replace("'", "").split("!")
    shown = [cell[0].value for cell in book[listed][cells]]
    assert len(shown) == 248
    assert "Philippines (les) (PHL)" in shown or "Philippines (PHL)" in shown


def test_columns_are_ordered_by_language_and_use(reader: Reader) -> None:
    page = load_workbook(io.BytesIO(reader.templates["fr"]))["Pratique"]
    headers = [str(cell.value) for cell in page[1]]
    assert headers[:4] == [
        "titre [fr] (*)",
        "titre [en] (*)",
        "description [fr] (*)",
        "description [en] (*)",
    ]
    folded = [page.column_dimensions[cell.column_letter].hidden for cell in page[1]]
    behind = headers.index("id") + 1
    assert (folded, behind < 35) == ([False] * behind + [True] * (len(headers) - behind), True)
    assert {"résultat [en]", "domaine d'activité", "juridiquement contraignant"} <= set(
        headers[behind:]
    )


def test_workbook_is_written_with_constant_bytes(reader: Reader) -> None:
    lists = PublishedLists(reader.published, ADDRESSES)
    assert template_xlsx(reader.sheets, lists, "en") == reader.templates["en"]


def test_filled_in_template_gives_its_statements(reader: Reader) -> None:
    def fill(book: Workbook) -> None:
        row: dict[str, object] = {
            "partner organisation": "Office of Something; UNHCR",
            "region": "South America",
        }
        row |= {"country": "Philippines (PHL)\nfrance"}
        row |= {
            "relevant SDG target": 10.7,
            "end": 2019,
            "legally binding": "yes",
            "type": "service",
        }
        row |= {
            "funding: value": 12000000.0,
            "funding: currency": "EUR",
            "funding: funder": "UNHCR",
        }
        row |= {
            "place": "São Paulo",
            "country of origin": "VEN",
            "guiding principle": "Gender-responsive",
        }
        row |= {
            "legal basis": "UNTOC",
            "result: value": "300; 5",
            "result: unit [en]": "staff\ncentres",
        }
        row |= {"result: precision": "about; exactly", "country of destination": "Colombia"}
        row |= {"outcome [fr]": "Un ; deux\nTrois", "start": datetime(2018, 9, 1)}
        put(book, "Practice", 2, {**PRACTICE, **row})
        corridor = {"country of origin": "VEN", "country of destination": "COL"}
        put(book, "Corridor", 2, {"practice": "One-stop shop", **corridor})
        put(
            book,
            "Corridor",
            3,
            {"practice": "One-stop shop", "countries, direction not stated": "PHL; FRA"},
        )
        next(cell for cell in book["Practice"][2] if cell.is_date).number_format = "mmm-yy"
        put(book, "Organisation", 2, {"name [en]": "Office of Something", "acronym [en]": "OOS"})
        put(
            book,
            "Event",
            2,
            {"practice": "one-stop  SHOP", "title [en]": "Opening", "start": "2018-09-21"},
        )
        put(book, "Event", 2, {"organiser or contributor": "OOS"})

    reading = reader.xlsx(reader.filled(fill))
    assert reader.report(reading).results == ()
    turtle = serialize_canonical(list(reading.statements), TURTLE, ADDRESSES.prefixes).decode()
    expected = """
    practice:one-stop-shop a gcm:Practice ; dct:title "One-stop shop"@en, "Guichet unique"@fr ;
      dct:description "An office that answers questions."@en ; gcm:objective objective:9 ;
      gcm:country country:PHL, country:FRA ; dct:source <https://example.org/report> ;
      gcm:partnerOrganisation organisation:oos, organisation:unhcr ;
      gcm:relevantTarget <https://w3id.org/gcmgraph/id/sdg/10.7> ;
      schema:startDate "2018-09"^^xsd:gYearMonth ; schema:endDate "2019"^^xsd:gYear ; gcm:binding true ;
      dct:type <https://w3id.org/gcmgraph/id/concept/practice-type/service> ; gcm:outcome "Un ; deux"@fr, "Trois"@fr ;
      schema:funding <https://w3id.org/gcmgraph/id/practice/one-stop-shop#funding> ;
      dct:hasPart <https://w3id.org/gcmgraph/id/practice/one-stop-shop#event-opening> .
    practice:one-stop-shop dct:spatial place:sao-paulo ; gcm:originCountry country:VEN ;
      gcm:legalBasis instrument:untoc ; gcm:destinationCountry country:COL ;
      gcm:principle <https://w3id.org/gcmgraph/id/concept/principle/g> ;
      gcm:corridor <https://w3id.org/gcmgraph/id/practice/one-stop-shop#corridor-ven>,
        <https://w3id.org/gcmgraph/id/practice/one-stop-shop#corridor-phl-fra> ;
      gcm:region <https://w3id.org/gcmgraph/id/concept/m49/005> ;
      schema:result <https://w3id.org/gcmgraph/id/practice/one-stop-shop#result>,
        <https://w3id.org/gcmgraph/id/practice/one-stop-shop#result-2> .
    <https://w3id.org/gcmgraph/id/practice/one-stop-shop#corridor-phl-fra> a gcm:Corridor ;
      gcm:connectsCountry country:PHL, country:FRA .
    <https://w3id.org/gcmgraph/id/practice/one-stop-shop#corridor-ven> a gcm:Corridor ; gcm:originCountry country:VEN ;
      gcm:destinationCountry country:COL .
    <https://w3id.org/gcmgraph/id/practice/one-stop-shop#result> a schema:QuantitativeValue ; schema:value 300 ;
      schema:unitText "staff"@en ; gcm:bound <https://w3id.org/gcmgraph/id/concept/bound/about> .
    <https://w3id.org/gcmgraph/id/practice/one-stop-shop#result-2> a schema:QuantitativeValue ; schema:value 5 ;
      schema:unitText "centres"@en ; gcm:bound <https://w3id.org/gcmgraph/id/concept/bound/exact> .
    <https://w3id.org/gcmgraph/id/practice/one-stop-shop#funding> a schema:MonetaryGrant ;
      schema:funder organisation:unhcr ;
      schema:amount <https://w3id.org/gcmgraph/id/practice/one-stop-shop#funding-amount> .
    <https://w3id.org/gcmgraph/id/practice/one-stop-shop#funding-amount> a schema:MonetaryAmount ;
      schema:value 12000000 ; schema:currency "EUR" .
    <https://w3id.org/gcmgraph/id/practice/one-stop-shop#event-opening> a schema:Event ; dct:title "Opening"@en ;
      schema:startDate "2018-09-21"^^xsd:date ; schema:organizer organisation:oos .
    organisation:oos a gcm:Organisation ; skos:prefLabel "Office of Something"@en ; gcm:acronym "OOS"@en .
    """
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in ADDRESSES.prefixes.items())
    wanted = parse_quads((prefixes + expected).encode(), TURTLE, source="expected")
    assert serialize_canonical(list(reading.statements), N_QUADS) == serialize_canonical(
        list(wanted), N_QUADS
    ), turtle


@pytest.mark.parametrize(("language", "delimiter"), [("en", ","), ("fr", ";")])
def test_headers_of_the_csv_template_are_read_back(
    reader: Reader, language: str, delimiter: str
) -> None:
    for sheet in reader.sheets[:2]:
        data = template_csv(sheet, language)
        assert data.startswith(b"\xef\xbb\xbf")
        (headers,) = csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=delimiter)
        reading = reader.csv(data + delimiter.join(["x"] * len(headers)).encode())
        assert not any(named(problem).endswith("column") for problem in reading.problems)


#: Texts as people write them in a cell of one line.
_WORDS = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=30).map(
    str.strip
)
_TEXTS = (
    st.lists(_WORDS, min_size=1, max_size=4)
    .map(" ".join)
    .filter(lambda said: said.strip() and said[0] != "=")
)


@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_csv_and_xlsx_give_the_same_terms(reader: Reader, data: st.DataObject) -> None:
    lists = PublishedLists(reader.published, ADDRESSES)
    row: dict[str, str] = {"id": "a-practice"}
    wanted = set()
    for column in data.draw(
        st.lists(st.sampled_from(reader.sheets[0].columns), unique=True, max_size=8)
    ):
        if column.parts:
            continue
        match column.kind:
            case CellKind.TEXT:
                said = data.draw(_TEXTS)
                value: IRI | Literal = text(said, column.language or "")
            case CellKind.RESOURCE:
                choices = lists.of(column.classes, column.scheme)
                choice = data.draw(st.sampled_from(choices.all))
                said = data.draw(
                    st.sampled_from(
                        [choice.text("en"), choice.text("fr"), choice.iri.value, choice.code]
                    )
                )
                said, value = said or choice.iri.value, choice.iri
            case CellKind.DATE:
                day = data.draw(st.dates(min_value=date(1000, 1, 1)))
                said, kind = data.draw(
                    st.sampled_from(
                        [(f"{day:%Y-%m-%d}", "date"), (f"{day:%Y-%m-%d}"[:7], "gYearMonth")]
                    )
                )
                value = typed(said, kind)
            case CellKind.BOOLEAN:
                said = data.draw(st.sampled_from(["yes", "non", "TRUE", "faux"]))
                value = typed("true" if said in {"yes", "TRUE"} else "false", "boolean")
            case _:
                said = f"https://example.org/{data.draw(st.integers(0, 99))}"
                value = IRI(said)
        row[header(column, data.draw(st.sampled_from(["en", "fr"])))] = said
        wanted.add((column.property, value))

    book = Workbook()
    for at, (head, said) in enumerate(row.items(), 1):
        book.worksheets[0].cell(1, at, head)
        book.worksheets[0].cell(2, at, said).data_type = "s"
    for reading in (reader.csv(as_csv(row)), reader.xlsx(saved(book))):
        assert reading.problems == ()
        found = {
            (q.predicate, q.object)
            for q in reading.statements
            if not q.predicate.value.endswith("#type")
        }
        assert found == wanted


def test_template_in_arabic_runs_from_right_to_left_and_its_example_conforms(
    reader: Reader,
) -> None:
    """Its sheets run from right to left, texts have a column in Arabic, and the example conforms."""
    book = load_workbook(io.BytesIO(reader.templates["ar"]))
    page, example = book["الممارسة"], book["مثال"]
    assert page.sheet_view.rightToLeft
    columns = {cell.value: cell.column for cell in page[1]}
    for title, value in zip(example[2], example[3], strict=True):
        page.cell(2, columns[title.value], value.value)
    reading = reader.xlsx(saved(book))
    report = reading.report(judge(reading.statements, reader.published, reader.rules))
    assert [named(result) for result in report.results] == ["Practice-title-english-or-french"]
    assert report.results[0].names.best("ar") == "العنوان"


def test_group_of_the_example_is_named_above_its_first_column_only(reader: Reader) -> None:
    example = load_workbook(io.BytesIO(reader.templates["en"]))["Example"]
    groups = [cell.value for cell in example[1] if cell.value]
    assert len(groups) == len(set(groups)) > 1
    assert len(groups) < len(example[2])
