"""The template and the view model of each kind of resource."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gcmgraph.web.kinds.action import action_page
from gcmgraph.web.kinds.context import KindContext
from gcmgraph.web.kinds.country import country_page
from gcmgraph.web.kinds.instrument import instrument_page
from gcmgraph.web.kinds.objective import objective_page
from gcmgraph.web.kinds.organisation import organisation_page
from gcmgraph.web.kinds.practice import practice_page
from gcmgraph.web.kinds.target import target_page


@dataclass(frozen=True)
class KindPage:
    """The template of a kind, and the maker of the view model that it shows."""

    template: str
    view: Callable[[KindContext], object]


#: Pages by kind. Resources of other kinds, such as concepts, have the page of all resources;
#: source documents are shown with their text (`web.resources.source_document`).
KIND_PAGES: Mapping[str, KindPage] = {
    "practice": KindPage("kinds/practice.html", practice_page),
    "objective": KindPage("kinds/objective.html", objective_page),
    "action": KindPage("kinds/action.html", action_page),
    "organisation": KindPage("kinds/organisation.html", organisation_page),
    "country": KindPage("kinds/country.html", country_page),
    "sdg": KindPage("kinds/target.html", target_page),
    "instrument": KindPage("kinds/instrument.html", instrument_page),
}
