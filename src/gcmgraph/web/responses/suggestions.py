"""Suggestions for an unknown address: the resources with the most similar addresses."""

from __future__ import annotations

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.similarity import nearest
from gcmgraph.rdf.terms import IRI
from gcmgraph.web.templating import Page

#: Limit on the suggestions for an address.
MAX_SUGGESTIONS = 5

#: Characters of the longest address for which there are suggestions.
MAX_LENGTH = 200


def suggest(page: Page, kind: str, local: str) -> list[dict[str, str]]:
    """The resources whose addresses are most similar to `{kind}/{local}`, best first.

    Each has its `href`, its label as `title`, and the `language` of the label. Case is ignored. An
    unknown kind is read as the most similar one (`organization`).
    """
    if len(local) > MAX_LENGTH or len(kind) > MAX_LENGTH:
        return []
    similar_kinds = nearest(kind.casefold(), KINDS)
    if not similar_kinds:
        return []
    return [_suggestion(page, iri) for iri in _similar_resources(page, similar_kinds[0], local)]


def _similar_resources(page: Page, kind: str, local: str) -> list[IRI]:
    """The resources of a kind with the most similar addresses.

    One that is equal but for the case of its letters is the only one.
    """
    stem_length = len(f"{page.site.addresses.base}id/{kind}/")

    def folded_name(iri: IRI) -> str:
        return iri.value[stem_length:].casefold()

    unknown_name = local.casefold()
    members = page.snapshot.listings.of(kind).members
    resources = nearest(unknown_name, members, MAX_SUGGESTIONS, key=folded_name)
    if resources and folded_name(resources[0]) == unknown_name:
        return resources[:1]
    return resources


def _suggestion(page: Page, iri: IRI) -> dict[str, str]:
    label = page.label(iri)
    suggestion = {"href": page.link(iri) or "", "title": label.text}
    if label.language:
        suggestion["language"] = label.language
    return suggestion
