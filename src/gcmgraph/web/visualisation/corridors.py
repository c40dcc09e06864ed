"""People from one area in others, and people in one area from others: `?origin=` and `?destination=`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import request
from flask_babel import gettext

from gcmgraph.rdf.terms import IRI
from gcmgraph.web.http.problems import bad_request, not_found
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation.figure_tables import DatasetFigures, dataset_figures
from gcmgraph.web.visualisation.figures import Figures, FigureSet, Number, Observation

#: The parameters, each with the dataset of the totals of its areas.
TOTALS = {"origin": "migrants-by-origin", "destination": "migrants-by-destination"}


@dataclass(frozen=True)
class Corridors:
    """The pairs of an area, the largest first."""

    #: what the area is in its pairs: one of `TOTALS`
    role: str
    area: IRI
    figures: DatasetFigures
    #: the total of the producer's table; None where it has none
    producer_total: Number | None

    @property
    def year(self) -> int:
        """The year of the figures."""
        return self.figures.pairs[0].year

    @property
    def total(self) -> Number:
        """The sum of the figures."""
        return sum(pair.value for pair in self.figures.pairs)

    def partner(self, pair: Observation) -> IRI:
        """The other area of a pair."""
        return pair.place if self.role == "origin" or not pair.origin else pair.origin


def requested_area(page: Page) -> tuple[str, IRI] | None:
    """The role and the area of the request; None without them. 400 for two, and for an unknown area."""
    codes = {role: request.args[role] for role in TOTALS if role in request.args}
    if not codes:
        return None
    if len(codes) > 1:
        raise bad_request(gettext("An address has 'origin' or 'destination', not both."))
    [(role, code)] = codes.items()
    addresses = page.site.addresses
    if code.isalnum():  # else the address may be invalid
        country = IRI(addresses.resource("country", code))
        area = IRI(addresses.resource("concept", f"statistical-area/{code}"))
        for iri in (country, area):
            if page.stated(iri).iris("skos:inScheme"):
                return role, iri
    detail = gettext(
        "'%(code)s' is no country code of three letters, such as NER or MAR.", code=code[:60]
    )
    raise bad_request(detail, parameter=role)


def corridors_of(page: Page, figure_set: FigureSet, role: str, area: IRI) -> Corridors:
    """The pairs of an area. 404 for an area without any."""
    figures = dataset_figures(Figures(page), figure_set, [area])
    pairs = tuple(
        pair for pair in figures.pairs if area == (pair.origin if role == "origin" else pair.place)
    )
    if not pairs:
        title = figures.set.title.text
        name = page.label(area).text
        detail = gettext("The dataset '%(title)s' has no pair of %(name)s.", title=title, name=name)
        raise not_found(request.path, detail=detail)
    figures = replace(figures, pairs=pairs, series=())
    return Corridors(role, area, figures, _producer_total(page, role, area, pairs[0].year))


def _producer_total(page: Page, role: str, area: IRI, year: int) -> Number | None:
    """The total of an area in the producer's table of totals."""
    dataset = IRI(page.site.addresses.resource("statistics", TOTALS[role]))
    for observation in Figures(page).of(area):
        if (observation.dataset, observation.year) == (dataset, year) and not observation.female:
            return observation.value
    return None


def corridors_json(page: Page, corridors: Corridors) -> str:
    """The pairs of an area as JSON, with what their sources ask to be stated."""
    source = corridors.figures.set.source
    document = {
        "dataset": corridors.figures.set.iri.value,
        "title": corridors.figures.set.title.text,
        corridors.role: _area_json(page, corridors.area),
        "year": corridors.year,
        "total": corridors.total,
        "producerTotal": corridors.producer_total,
        "unit": source.unit,
        "source": source.line,
        "licence": source.licence_iri.value if source.licence_iri else None,
        "figures": [
            {**_area_json(page, corridors.partner(pair)), "value": pair.value}
            for pair in corridors.figures.pairs
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _area_json(page: Page, area: IRI) -> Mapping[str, str]:
    return {
        "id": area.value,
        "code": area.value.rpartition("/")[2],
        "name": page.label(area).text,
    }
