"""Pictures of the dataset: values of the templates of the map, the network and the coverage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urlencode

from flask_babel import gettext, lazy_gettext, ngettext
from markupsafe import Markup

from gcmgraph.platform.text import fold_words
from gcmgraph.publication.network import Practices, Relations
from gcmgraph.rdf.terms import IRI
from gcmgraph.web.http.parameters import read_choice
from gcmgraph.web.i18n import time_text
from gcmgraph.web.responses import drawings
from gcmgraph.web.static_files import STATIC_FOLDER
from gcmgraph.web.templating import Page
from gcmgraph.web.visualisation.coverage import covered_objectives
from gcmgraph.web.visualisation.maps import CountryMap, counts_map
from gcmgraph.web.visualisation.networks import (
    NetworkDrawing,
    drawing_around,
    network_drawing,
    participation,
)
from gcmgraph.web.visualisation.world import REGIONS

#: Sources that a picture names.
DOCUMENTS_READ = lazy_gettext(
    "Source: practices in the documents that were read here, and accepted contributions."
)
BORDERS = lazy_gettext(
    "Borders and names on this map say nothing about the legal status of any place or about who governs it, and nobody "
    "endorses them. Shapes: Natural Earth."
)
CITIES = lazy_gettext("Cities: GeoNames (CC BY 4.0).")

#: Day on which the editors had compared every practice with every action (`docs/readings.md`,
#: "Judgements").
COMPARED = date(2026, 11, 29)


def map_values(page: Page) -> dict[str, Any]:
    """Values of the map of countries by number of practices."""
    rows = _countries_by_practices(page)
    region = read_choice("region", REGIONS)
    country_map = counts_map(page, all_countries=True, region=region)
    sources = [DOCUMENTS_READ, BORDERS]
    if country_map.places:
        sources.append(CITIES)
    most_practices = "–"
    if rows:
        country, practices = rows[0]
        most_practices = f"{page.label(country).text} ({practices.count})"
    return {
        "map": country_map,
        "rows": rows,
        "region": region,
        "regions": [
            IRI(page.site.addresses.resource("concept", f"m49/{code}")) for code in REGIONS
        ],
        "votes": page.snapshot.listings.of("vote").members,
        "land": land(),
        "headline": ngettext(
            "Practices are carried out in %(num)s country; most in: %(most)s",
            "Practices are carried out in %(num)s countries; most in: %(most)s",
            len(rows),
            most=most_practices,
        ),
        "note": gettext("Countries by number of practices"),
        "sources": [str(source) for source in sources],
        "legend": _map_legend(country_map),
    }


def _countries_by_practices(page: Page) -> list[tuple[IRI, Practices]]:
    """Countries with practices, those with most first, then by name."""
    entries = page.snapshot.listings.of("country").entries(page.language)
    rank_by_name = {entry.iri: rank for rank, entry in enumerate(entries)}

    def order(row: tuple[IRI, Practices]) -> tuple[int, int, str]:
        country, practices = row
        return -practices.count, rank_by_name.get(country, len(rank_by_name)), country.value

    return sorted(page.snapshot.relations.by_country().items(), key=order)


def _map_legend(country_map: CountryMap) -> list[tuple[str, str]]:
    """Colours with what they mean."""
    colours = country_map.colours
    legend = [
        (colours[shade.tone], drawings.shade_words(shade.low, shade.high))
        for shade in country_map.shades
    ]
    if country_map.places:
        legend.append((colours["place"], gettext("City with a practice")))
    return legend


def network_values(page: Page) -> dict[str, Any]:
    """Values of the network of organisations, of all practices or those of an objective."""
    listings = page.snapshot.listings
    practices_by_objective = listings.of("practice").postings("objective")
    organisation_names = [*map(page.local_name, listings.of("organisation").members)]
    objective = read_choice("objective", practices_by_objective)
    organisation = read_choice("organisation", organisation_names)
    practices = practices_by_objective.get(objective)
    relations = Relations(listings, practices) if practices else page.snapshot.relations
    centre = (
        IRI(page.site.addresses.resource("organisation", organisation)) if organisation else None
    )
    few_practices = None if centre else participation(relations)
    partners = relations.collaboration.partners
    names = {iri: page.label(iri) for iri in partners}
    note = gettext("Organisations joined by the practices they share")
    if few_practices:
        note = gettext("Organisations by practices")
    chosen = {"objective": objective, "organisation": organisation}
    return {
        "picture": None if few_practices else _network_picture(page, relations, centre),
        "small": few_practices,
        "alone": () if centre else relations.alone(),
        "too_large": relations.too_large,
        "collaboration": relations.collaboration,
        "query": urlencode({name: key for name, key in chosen.items() if key}),
        "organisations": sorted(names.items(), key=lambda item: fold_words(item[1].text)),
        "objectives": listings.of("objective").entries(page.language),
        "chosen": chosen,
        "centre": centre,
        "headline": _network_headline(page, partners),
        "note": note,
        "sources": [str(DOCUMENTS_READ)],
    }


def _network_headline(page: Page, partners: Mapping[IRI, int]) -> str:
    """The number of organisations with partners, and the one with most; `partners` are numbers by organisation."""
    most_partners = "–"
    if partners:
        organisation = max(partners, key=lambda iri: (partners[iri], iri.value))
        most_partners = f"{page.label(organisation).text} ({partners[organisation]})"
    headline = ngettext(
        "%(num)s organisation shares practices with others; most partners: %(most)s",
        "%(num)s organisations share practices with others; most partners: %(most)s",
        len(partners),
        most=most_partners,
    )
    return str(headline)


def _network_picture(page: Page, relations: Relations, centre: IRI | None) -> NetworkDrawing | None:
    """The drawing of all organisations, or of one with its partners; None where there is none."""
    if centre:
        return drawing_around(page, centre, relations)
    drawing = relations.drawing
    return network_drawing(page, drawing, relations) if drawing else None


def coverage_values(page: Page) -> dict[str, Any]:
    """Values of the objectives with their actions by number of practices."""
    objectives = covered_objectives(page)
    actions = [action for objective in objectives for action in objective.actions]
    supported = sum(bool(action.practices) for action in actions)
    return {
        "objectives": objectives,
        "judgements": sum(action.judgements for action in actions),
        "elsewhere": sum(action.elsewhere for action in actions),
        "compared": time_text(COMPARED, page.language),
        "headline": gettext(
            "%(count)s of %(total)s actions have a practice",
            count=str(supported),
            total=str(len(actions)),
        ),
        "note": gettext(
            "Each square is an action of the Compact: dashed without a practice, the stronger its colour, the more "
            "practices support it. A gap is one of the documents that were read, not of the world."
        ),
        "sources": [str(DOCUMENTS_READ)],
        "legend": drawings.shades_legend(),
    }


@cache
def land() -> Markup:
    """The land of the world, without its outer element."""
    whole = (STATIC_FOLDER / "world.svg").read_text("utf-8")
    return Markup(whole[whole.index(">", whole.index("<svg")) + 1 : whole.rindex("</svg>")])  # noqa: S704 - ours
