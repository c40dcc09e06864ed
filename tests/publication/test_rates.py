"""Rates: recomputed from the files by another route, their provenance, and tables that give none."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from collected import read_rows
from gcmgraph.platform.errors import DataError
from gcmgraph.publication.assembly import read_figures
from gcmgraph.publication.rates import rates_of
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Quad, Vocabulary
from gcmgraph.repository.layout import Repository, read_graph

ADDRESSES = Addresses()
V = Vocabulary(ADDRESSES)
VALUE = V("sdmx-measure:obsValue")
DERIVED_FROM = V("prov:wasDerivedFrom")

#: Rates that were computed by hand, by the end of their addresses.
EXAMPLES = {
    "immigrants-per-1000/DEU-2024": "198.1",
    "remittances-received-of-gdp/TJK-2023": "38.4",
}


@pytest.fixture(scope="module")
def rates(repository: Repository) -> list[Quad]:
    figures, _ = read_figures(repository, ADDRESSES)
    quads, errors = rates_of(repository, ADDRESSES, figures)
    assert errors == []
    return quads


def values(quads: list[Quad]) -> dict[str, Decimal]:
    """The rates by the end of their addresses."""
    return {
        quad.subject.value.removeprefix(ADDRESSES.resource("statistics", "")): Decimal(
            quad.object.value
        )
        for quad in quads
        if quad.predicate == VALUE
    }


def recomputed(repository: Repository, row: dict[str, str]) -> dict[str, Fraction]:
    """A rate of all areas and years from the CSV files alone, exactly."""
    folder = repository.root / "data" / "statistics"
    numerators = read_rows(folder / f"{row['numerator']}.csv")
    divisors = {
        (cells["area"], cells["year"], cells.get("sex", "")): int(cells["value"])
        for cells in read_rows(folder / f"{row['denominator']}.csv")
    }
    exact = {}
    for cells in numerators:
        year = "2023" if row["other_years"] and cells["year"] == "2024" else cells["year"]
        divisor = divisors.get((cells["area"], row["base_year"] or year, row["denominator_sex"]), 0)
        if cells.get("sex", "") != row["numerator_sex"] or not divisor:
            continue
        if row["base_year"] and cells["year"] == "1990":
            continue
        share = Fraction(int(cells["value"]), divisor) - (1 if row["base_year"] else 0)
        exact[f"{row['slug']}/{cells['area']}-{cells['year']}"] = share * int(row["factor"])
    return exact


def test_every_rate_equals_the_quotient_of_its_files(
    repository: Repository, rates: list[Quad]
) -> None:
    published = values(rates)
    expected: dict[str, Fraction] = {}
    tolerances: dict[str, Fraction] = {}
    for row in read_rows(repository.reference / "rates.csv"):
        exact = recomputed(repository, row)
        assert len(exact) > 200, row["slug"]
        expected |= exact
        tolerances |= dict.fromkeys(exact, Fraction(1, 2 * 10 ** int(row["decimals"])))
    assert published.keys() == expected.keys()
    assert [
        name
        for name, exact in expected.items()
        if abs(Fraction(published[name]) - exact) > tolerances[name]
    ] == []
    assert {name: str(published[name]) for name in EXAMPLES} == EXAMPLES


def test_rate_is_derived_from_its_two_figures(rates: list[Quad]) -> None:
    sources: dict[IRI, set[IRI]] = {}
    for quad in rates:
        if quad.predicate == DERIVED_FROM:
            sources.setdefault(quad.subject, set()).add(quad.object)
    assert sources[V("statistics:immigrants-per-1000/DEU-2024")] == {
        V("statistics:migrants-by-destination/DEU-2024-T"),
        V("statistics:population/DEU-2023"),
    }
    assert sources[V("statistics:women-among-emigrants/NER-2020")] == {
        V("statistics:migrants-by-origin/NER-2020-F"),
        V("statistics:migrants-by-origin/NER-2020-T"),
    }
    assert {len(figures) for figures in sources.values()} == {2}
    assert len(sources) == len(values(rates))


def test_publisher_of_rates_has_the_name_of_the_creators_of_the_ontology(
    repository: Repository, rates: list[Quad]
) -> None:
    ontology = read_graph(repository.ontology, IRI(ADDRESSES.graph("ontology")), ADDRESSES)
    creators = {quad.object for quad in ontology if quad.predicate == V("dct:creator")}
    assert len(creators) == 6
    publisher = IRI(f"{ADDRESSES.base}dataset#publisher")
    names = {
        quad.object
        for quad in rates
        if quad.subject == publisher and quad.predicate == V("skos:prefLabel")
    }
    assert names == creators


@pytest.fixture
def copied(tmp_path: Path, repository: Repository) -> Repository:
    """A repository with the rates and the tables of displaced people and of the population."""
    shutil.copytree(repository.reference, tmp_path / "data" / "reference")
    (tmp_path / "data" / "statistics").mkdir()
    for name in ("internally-displaced", "population"):
        for end in (".csv", ".csv-metadata.json"):
            shutil.copy(
                repository.root / "data" / "statistics" / f"{name}{end}",
                tmp_path / "data" / "statistics",
            )
    return Repository(tmp_path)


def write(repository: Repository, name: str, *rows: str) -> None:
    path = repository.root / "data" / "statistics" / f"{name}.csv"
    path.write_text("\n".join(("area,year,value", *rows, "")), "utf-8")


def computed(repository: Repository) -> tuple[dict[str, Decimal], list[DataError]]:
    figures, problems = read_figures(repository, ADDRESSES)
    assert problems == []
    quads, errors = rates_of(repository, ADDRESSES, figures)
    return values(quads), errors


@pytest.mark.parametrize(
    ("population", "rate"),
    [
        (["NER,2020,3000"], {"internally-displaced-per-1000/NER-2020": Decimal("0.7")}),
        (["NER,2019,3000"], {}),
        (["NER,2020,0"], {}),
        (["MAR,2020,3000"], {}),
    ],
    ids=["same year", "another year", "population of 0", "no population"],
)
def test_rate_exists_only_for_a_population_of_its_year(
    copied: Repository, population: list[str], rate: dict[str, Decimal]
) -> None:
    write(copied, "internally-displaced", "NER,2020,2")
    write(copied, "population", *population)
    assert computed(copied) == (rate, [])


def test_half_is_rounded_away_from_zero(copied: Repository) -> None:
    write(copied, "internally-displaced", "NER,2020,5", "MAR,2020,15")
    write(copied, "population", "NER,2020,100000", "MAR,2020,100000")
    rates, _ = computed(copied)
    assert {name[-8:]: str(value) for name, value in rates.items()} == {
        "NER-2020": "0.1",  # 0.05
        "MAR-2020": "0.2",  # 0.15
    }


def test_rate_of_two_editions_of_a_table_is_left_out_with_a_sentence(copied: Repository) -> None:
    write(copied, "internally-displaced", "NER,2020,2")
    write(copied, "population", "NER,2020,3000")
    folder = copied.root / "data" / "statistics"
    write(copied, "population-2026", "NER,2020,3001")
    about = json.loads((folder / "population.csv-metadata.json").read_text("utf-8"))
    schema = about["tableSchema"]
    schema["aboutUrl"] = schema["aboutUrl"].replace("/population/", "/population-2026/")
    about["url"] = "population-2026.csv"
    (folder / "population-2026.csv-metadata.json").write_text(json.dumps(about), "utf-8")
    rates, errors = computed(copied)
    assert rates == {}
    assert {error.hint for error in errors} == {"Keep the figures of one edition."}
    assert "statistics/population has two figures of" in errors[0].message
    assert errors[0].place.source.endswith("rates.csv")


def test_rates_per_inhabitant_say_that_few_people_make_a_high_rate(
    repository: Repository,
) -> None:
    rows = read_rows(repository.root / "data" / "reference" / "rates.csv")
    for row in rows:
        is_per_inhabitant = row["denominator"] == "population"
        assert ("few inhabitants" in row["formula_en"]) is is_per_inhabitant, row["slug"]
