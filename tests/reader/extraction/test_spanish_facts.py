# ruff: noqa: E501 - a case stands on one line
"""Facts in Spanish, each with what must not be taken for it."""

from __future__ import annotations

import pytest
from practice_pages import ReadPractice
from test_facts import names


@pytest.mark.parametrize(
    ("body", "leads", "partners"),
    [
        ("La OIM gestiona la ventanilla, con el apoyo de la UNICEF y Suiza.", ["iom"], ["unicef", "Suiza"]),
        ("La ventanilla, puesta en marcha por el Ministerio de Trabajo y Asuntos Sociales en 2019, sigue abierta.", ["Ministerio de Trabajo y Asuntos Sociales"], []),
        ("La oficina de la OIM en Moldova, en colaboración con la Universidad de las Lomas, determinó los gastos.", ["iom"], ["Universidad de las Lomas"]),
        ("La guía fue elaborada por la UNICEF y financiada por los Países Bajos.", ["unicef"], ["Países Bajos"]),
        ("El Gobierno tailandés creó una tarjeta.", ["Gobierno tailandés"], []),
        ("La Ley de Tarjetas permite trabajar a todos.", [], []),
        ("La red, que reúne a la UNICEF, la Cruz Roja de Ghana y la OIT, se extiende.", [], ["unicef", "Cruz Roja de Ghana", "ilo"]),
    ],
)  # fmt: skip
def test_roles(practice: ReadPractice, body: str, leads: list[str], partners: list[str]) -> None:
    reading = practice("es", body)
    assert (names(reading.leads), names(reading.partners)) == (leads, partners)


@pytest.mark.parametrize(
    ("title", "body", "countries"),
    [
        ("Ventanilla", "En 2019, el Perú y Bosnia y Herzegovina abrieron ventanillas.", {"PER", "BIH"}),
        ("Acuerdos", "El acuerdo firmado entre Chile y el Perú trata de las tarjetas.", {"CHL", "PER"}),
        ("La ventanilla del Brasil", "La ventanilla da tarjetas.", {"BRA"}),
        ("Ayuda a migrantes mexicanos", "La ayuda se da por teléfono.", set()),
        ("Ventanilla", "La OIM abrió ventanillas en tres países: Ghana, Malí y el Níger.", {"GHA", "MLI", "NER"}),
        ("Ventanilla", "La OIM ayuda a personas procedentes de Venezuela.", set()),
        ("Ventanilla", "Países como Ghana y Malí han abierto ventanillas.", {"GHA", "MLI"}),
    ],
)  # fmt: skip
def test_places(practice: ReadPractice, title: str, body: str, countries: set[str]) -> None:
    found = practice("es", body, title).countries
    assert {c.value.value.rsplit("/", 1)[1] for c in found} == countries


@pytest.mark.parametrize(
    ("body", "start", "end"),
    [
        ("En marzo de 2016, la OIM abrió la ventanilla.", "2016-03", None),
        ("La ventanilla se inauguró el 22 de enero de 2020.", "2020-01-22", None),
        ("La OIM dirigió la campaña de 2018 a 2020.", "2018", "2020"),
        ("La OIM gestionó la línea desde el 1o de julio de 2019 hasta marzo de 2021.", "2019-07-01", "2021-03"),
        ("La OIM abrió la ventanilla con arreglo a la Ley de 2007.", None, None),
    ],
)
def test_periods(practice: ReadPractice, body: str, start: str | None, end: str | None) -> None:
    period = practice("es", body).period
    assert (period.start and str(period.start.value), period.end and str(period.end.value)) == (start, end)


@pytest.mark.parametrize(
    ("body", "amount"),
    [
        ("El proyecto cuenta con un presupuesto de 12 millones de euros.", (12_000_000, "EUR")),
        ("El proyecto cuenta con un presupuesto de 2.500 dólares de los Estados Unidos.", (2_500, "USD")),
        ("El proyecto tuvo un costo de dos mil millones de pesos colombianos.", (2_000_000_000, "COP")),
        ("Cada familia recibe 450 dólares al mes.", None),
        ("El costo del envío bajó un 2,9 %.", None),
    ],
)
def test_amounts(practice: ReadPractice, body: str, amount: tuple[int, str] | None) -> None:
    found = practice("es", body).amount
    assert (found and (int(found.value.value), found.value.currency)) == amount


def test_cited_works(practice: ReadPractice) -> None:
    body = "La OIM gestiona la línea (OIM, s.f.; ACNUR, 2018). Un estudio del Consejo de Europa (2019) la elogia."
    assert {c.value.text for c in practice("es", body).citations} == {
        "OIM, s.f.",
        "ACNUR, 2018",
        "Consejo de Europa (2019)",
    }
