"""How the interface names what lists are narrowed and ordered by; translated when shown."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext, lazy_pgettext

#: Facets by their parameter (`publication.lists.facets`).
FACET_NAMES: Mapping[str, LazyString] = {
    "country": lazy_pgettext("filter", "Country"),
    "place": lazy_pgettext("filter", "Place"),
    "origin": lazy_pgettext("filter", "Country of origin"),
    "destination": lazy_pgettext("filter", "Country of destination"),
    "donor": lazy_pgettext("filter", "Donor country"),
    "organisation": lazy_pgettext("filter", "Organisation (any role)"),
    "lead": lazy_pgettext("filter", "Lead organisation"),
    "funder": lazy_pgettext("filter", "Funder"),
    "objective": lazy_pgettext("filter", "Objective"),
    "action": lazy_pgettext("filter", "Action"),
    "goal": lazy_pgettext("filter", "SDG goal"),
    "target": lazy_pgettext("filter", "SDG target"),
    "type": lazy_pgettext("filter", "Type"),
    "area": lazy_pgettext("filter", "Area of work"),
    "audience": lazy_pgettext("filter", "Intended for"),
    "source": lazy_pgettext("filter", "Source document"),
    "instrument": lazy_pgettext("filter", "Legal instrument"),
    "principle": lazy_pgettext("filter", "Guiding principle"),
    "jurisdiction": lazy_pgettext("filter", "Jurisdiction"),
    "kind": lazy_pgettext("filter", "Kind"),
    "member": lazy_pgettext("filter", "Member"),
    "part-of": lazy_pgettext("filter", "Part of"),
    "status": lazy_pgettext("filter", "Review status"),
    "region": lazy_pgettext("filter", "Region"),
    "group": lazy_pgettext("filter", "Group of countries"),
    "scheme": lazy_pgettext("filter", "Vocabulary"),
    "language": lazy_pgettext("filter", "Language"),
}

#: What practices have in common, as the reason why one is shown with another.
SHARED_NAMES: Mapping[str, LazyString] = {
    "country": lazy_pgettext("in common", "country"),
    "organisation": lazy_pgettext("in common", "organisation"),
    "objective": lazy_pgettext("in common", "objective"),
    "action": lazy_pgettext("in common", "action"),
    "target": lazy_pgettext("in common", "SDG target"),
    "type": lazy_pgettext("in common", "type"),
    "area": lazy_pgettext("in common", "area of work"),
    "audience": lazy_pgettext("in common", "intended for"),
}

#: Things that practices have along with the one looked at, as a heading.
ALONG_NAMES: Mapping[str, LazyString] = {
    "country": lazy_gettext("Countries they are carried out in"),
    "organisation": lazy_gettext("Organisations that take part in them"),
    "area": lazy_gettext("Their areas of work"),
}

#: Orders of lists.
SORT_NAMES: Mapping[str, LazyString] = {
    "title": lazy_pgettext("order", "Title"),
    "start": lazy_pgettext("order", "Start, earliest first"),
    "-start": lazy_pgettext("order", "Start, latest first"),
}
