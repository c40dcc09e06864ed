"""Figures: the Data Cube, the tables beside their source files, tables with errors, and a new table without code."""

from __future__ import annotations

import json
import shutil
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from collected import UN, read_rows
from gcmgraph.linking.imports import import_table, imported_quads
from gcmgraph.publication.assembly import read_figures
from gcmgraph.publication.rates import rates_of
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, Vocabulary
from gcmgraph.repository.layout import Repository, read_graph
from gcmgraph.repository.tables import read_tables

ADDRESSES = Addresses()
V = Vocabulary(ADDRESSES)
CONSTRAINTS = tomllib.loads(Path(__file__).with_name("data_cube.toml").read_text("utf-8"))
EXAMPLE = CONSTRAINTS.pop("example")["turtle"]
NAMES = {**PREFIXES, "ex": "http://example.org/"}


@pytest.fixture(scope="module")
def figures(repository: Repository) -> list[Quad]:
    quads, problems = read_figures(repository, ADDRESSES)
    rates, rate_problems = rates_of(repository, ADDRESSES, quads)
    assert problems == rate_problems == []
    return quads + rates


@pytest.fixture(scope="module")
def cube(repository: Repository, figures: list[Quad]) -> ox.Store:
    """The figures with the terms and codes that they name."""
    store = ox.Store()
    ontology = read_graph(repository.ontology, IRI(ADDRESSES.graph("ontology")), ADDRESSES)
    tables = [
        quad for table in read_tables(repository.reference, ADDRESSES) for quad in table.quads
    ]
    store.bulk_extend(Quad(*quad.triple) for quad in (*figures, *tables, *ontology))
    return store


def violates(store: ox.Store, ask: str) -> bool:
    return bool(
        store.query(
            f"ASK {{ {ask if not ask.startswith('SELECT') else '{' + ask + '}'} }}", prefixes=NAMES
        )
    )


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_figures_satisfy_the_integrity_constraints_of_the_data_cube(
    name: str, cube: ox.Store
) -> None:
    prefixes = "".join(
        f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in NAMES.items()
    )
    store = ox.Store()
    store.load(f"{prefixes}{EXAMPLE}", ox.RdfFormat.TURTLE)
    assert not violates(store, CONSTRAINTS[name]["ask"])
    assert not violates(cube, CONSTRAINTS[name]["ask"])
    store.load(f"{prefixes}{CONSTRAINTS[name]['wrong']}", ox.RdfFormat.TURTLE)
    assert violates(store, CONSTRAINTS[name]["ask"])


def test_every_dataset_has_producer_licence_unit_and_texts(
    cube: ox.Store, figures: list[Quad]
) -> None:
    wanted = (
        "dct:publisher",
        "dct:license",
        "sdmx-attribute:unitMeasure",
        "dct:source",
        "qb:structure",
    )
    datasets = [
        quad.subject for quad in cube.quads_for_pattern(None, V("rdf:type"), V("qb:DataSet"), None)
    ]
    graphs = {quad.graph_name for quad in figures if quad.predicate == V("sdmx-measure:obsValue")}
    graphs.remove(
        IRI(ADDRESSES.graph("reference/rates"))
    )  # its licence is that of the table of rates
    assert (len(datasets), len(graphs)) == (14 + 11, 14)
    assert graphs <= {quad.subject for quad in figures if quad.predicate == V("dct:license")}
    for dataset in datasets:
        properties = Counter(
            quad.predicate for quad in cube.quads_for_pattern(dataset, None, None, None)
        )
        assert [curie for curie in wanted if properties[V(curie)] != 1] == [], dataset
        assert (properties[V("dct:title")], properties[V("dct:description")]) == (6, 6), dataset


#: The figures of all tables by R alone, a line each: name of the table, key, value.
_SOURCES = """
  folder <- commandArgs(TRUE)[1]
  from <- function(name) { loaded <- load(file.path(folder, paste0(name, ".rda"))); as.data.frame(get(loaded[1])) }
  show <- function(name, values, ...) {
    sums <- rowsum(values, paste(..., sep = "-"))
    cat(sprintf("%s/%s=%.0f\\n", name, rownames(sums), sums[, 1]), sep = "")
  }
  d <- from("undesa_stocks"); d <- d[d$t %in% c(1990, 2000, 2010, 2020, 2024), ]; w <- d[d$sex == "female", ]
  show("migrants-by-destination", d$n, d$geo, d$t, "T"); show("migrants-by-destination", w$n, w$geo, w$t, "F")
  show("migrants-by-origin", d$n, d$from, d$t, "T"); show("migrants-by-origin", w$n, w$from, w$t, "F")
  d <- d[d$t == 2024, ]; show("migrant-corridors", d$n, d$geo, d$from, d$t)
  u <- from("unhcr"); u <- u[u$t >= 2014 & u$t <= 2023, ]
  for (group in list(c("refugee", "refugees"), c("asylum", "asylum-seekers"))) {
    g <- u[u$group == group[1], ]
    show(paste0(group[2], "-by-asylum"), g$n, g$geo, g$t); show(paste0(group[2], "-by-origin"), g$n, g$from, g$t)
  }
  g <- u[u$group == "idp", ]; show("internally-displaced", g$n, g$geo, g$t)
  m <- from("iom_mmp"); m$y <- format(m$t, "%Y"); m <- m[m$y != "2025", ]
  show("deaths-by-country", m$dead, m$geo, m$y)
  show("deaths-by-route", m$dead, gsub(" ", "-", sub(" routes?$", "", tolower(m$route))), m$y)
  i <- from("wdi"); p <- i[i$var == "pop" & (i$t %in% c(1990, 2000, 2010) | i$t >= 2014), ]
  show("population", p$v, p$geo, p$t); i <- i[i$t >= 2010, ]
  g <- i[i$var == "gdp", ]; show("gdp", g$v, g$geo, g$t)
  r <- i[i$var == "remin", ]; show("remittances-received", r$v, r$geo, r$t)
  r <- i[i$var == "remout", ]; show("remittances-paid", r$v, r$geo, r$t)
"""


@pytest.mark.skipif(
    not UN.is_dir() or shutil.which("Rscript") is None,
    reason="needs ../shared/un/statistics and R: apt-get install r-base-core",
)
def test_figures_of_the_source_files(repository: Repository) -> None:
    printed = subprocess.run(
        ["Rscript", "-e", _SOURCES, UN / "statistics"], check=True, capture_output=True, text=True
    ).stdout
    sources = dict(line.split("=") for line in printed.splitlines())
    ours = {}
    for path in repository.statistics:
        key = json.loads(Path(f"{path}-metadata.json").read_text("utf-8"))["tableSchema"][
            "primaryKey"
        ]
        for row in read_rows(path):
            ours["/".join((path.stem, "-".join(row[name] for name in key if row[name])))] = row[
                "value"
            ]
    assert {
        key: (value, sources.get(key)) for key, value in ours.items() if sources.get(key) != value
    } == {}
    left_out = {"TWN", "XCX", "XKX", "CHI", "OOO", "STL", "TIB"}
    missing = {
        key for key in sources.keys() - ours.keys() if not key.startswith("migrant-corridors/")
    }
    assert {key.partition("/")[2].partition("-")[0] for key in missing} == left_out


def test_corridors_add_up_to_the_totals_of_each_country(repository: Repository) -> None:
    tables = {path.stem: read_rows(path) for path in repository.statistics}
    corridors = tables["migrant-corridors"]
    assert len(corridors) == 9_581
    assert sum(int(row["value"]) for row in corridors) == 304_021_813
    assert all(bool(row["area"]) != bool(row["other_area"]) for row in corridors)
    assert all(bool(row["origin"]) != bool(row["other_origin"]) for row in corridors)
    for column, name in (("area", "migrants-by-destination"), ("origin", "migrants-by-origin")):
        totals = {
            row["area"]: int(row["value"])
            for row in tables[name]
            if (row["year"], row["sex"]) == ("2024", "T")
        }
        sums: Counter[str] = Counter()
        for row in corridors:
            if row[column]:
                sums[row[column]] += int(row["value"])
        assert sums == totals


@pytest.fixture
def copied(tmp_path: Path, repository: Repository, small_repository: Repository) -> Repository:
    """A repository with the reference data and one small table of figures."""
    for name in ("ontology", "data/reference", "shapes", "queries"):
        shutil.copytree(small_repository.root / name, tmp_path / name)
    (tmp_path / "data" / "statistics").mkdir()
    for end in ("", "-metadata.json"):
        name = f"internally-displaced.csv{end}"
        shutil.copy(
            repository.root / "data" / "statistics" / name, tmp_path / "data" / "statistics" / name
        )
    return Repository(tmp_path)


ROW = "AFG,2014,805409\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "XKX,2014,1\n",
            "In the column 'area', no row of ../reference/countries.csv has iso3 'XKX'.",
        ),
        (f"{ROW}AFG,2014,7\n", "The key AFG, 2014 occurs here and in line 2."),
        ("AFG,2014,-1\n", "In the column 'value', '-1' is not of the form [0-9]+."),
    ],
)
def test_error_in_a_table_of_figures_is_reported_with_its_line(
    copied: Repository, line: str, message: str
) -> None:
    (path,) = copied.statistics
    path.write_text(path.read_text("utf-8").replace(ROW, line), "utf-8")
    quads, (problem,) = read_figures(copied, ADDRESSES)
    assert quads == []
    assert message in str(problem)
    assert (problem.place.source, problem.place.line) == (
        str(path),
        3 if line.startswith(ROW) else 2,
    )


@pytest.mark.parametrize("licence", ["[]", None])
def test_table_of_figures_without_licence_is_not_published(
    copied: Repository, licence: str | None
) -> None:
    (path,) = copied.statistics
    file = Path(f"{path}-metadata.json")
    metadata = json.loads(file.read_text("utf-8"))
    del metadata["dc:license"]
    if licence is not None:
        metadata["dc:license"] = json.loads(licence)
    file.write_text(json.dumps(metadata), "utf-8")
    quads, (problem,) = read_figures(copied, ADDRESSES)
    assert quads == []
    assert "'dc:license'" in str(problem)
    assert problem.place is not None
    assert problem.place.source == str(file)


def _values(quads: Iterator[Quad] | list[Quad]) -> dict[IRI, Literal]:
    return {
        quad.subject: quad.object for quad in quads if quad.predicate == V("sdmx-measure:obsValue")
    }  # type: ignore[misc]


def test_imported_edition_takes_the_place_of_the_table(copied: Repository, tmp_path: Path) -> None:
    (path,) = copied.statistics
    newer = tmp_path / "newer" / path.name
    newer.parent.mkdir()
    newer.write_text(f"area,year,value\n{ROW.replace('805409', '805410')}", "utf-8")
    shutil.copy(f"{path}-metadata.json", f"{newer}-metadata.json")
    import_table(tmp_path / "imports", newer, "2026-11-29", copied, ADDRESSES)
    imported = list(imported_quads(tmp_path / "imports", copied, ADDRESSES))
    assert [value.value for value in _values(imported).values()] == ["805410"]
    assert read_figures(copied, ADDRESSES, imported) == ([], [])
    newer.write_text("area,year,value\nAFG,2014,many\n", "utf-8")
    with pytest.raises(Exception, match="'many' is not of the form"):
        import_table(tmp_path / "imports", newer, "2026-11-30", copied, ADDRESSES)
    assert list(imported_quads(tmp_path / "imports", copied, ADDRESSES)) == imported


def test_table_of_figures_is_read_without_code(copied: Repository) -> None:
    (path,) = copied.statistics
    about = json.loads(
        Path(f"{path}-metadata.json").read_text("utf-8").replace("internally-displaced", "invented")
    )
    invented = path.with_name("invented.csv")
    invented.write_text("area,year,value\nNER,2020,12\n", "utf-8")
    Path(f"{invented}-metadata.json").write_text(json.dumps(about), "utf-8")
    quads, problems = read_figures(copied, ADDRESSES)
    assert problems == []
    assert _values(quads)[V("statistics:invented/NER-2020")] == Literal(
        "12", datatype=V("xsd:integer")
    )
    measures = {quad.object for quad in quads if quad.predicate == V("qb:measure")}
    assert measures == {V("sdmx-measure:obsValue")}
