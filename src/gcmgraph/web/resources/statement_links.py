"""Addresses at which a reader reports an error of a statement."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe.description import Fact
from gcmgraph.web.http.urls import local_path


def statement_key(subject: object, predicate: IRI, value: object, graph: IRI) -> str:
    """The key of a statement among those of its subject."""
    return hashlib.blake2b(f"{subject} {predicate} {value} {graph}".encode(), digest_size=6).hexdigest()


def feedback_link(addresses: Addresses, fact: Fact, graph: IRI) -> str | None:
    """The path of the form for a statement of a graph; None for one about a resource of another site."""
    page = local_path(addresses, fact.subject.value)
    if page is None:
        return None
    key = statement_key(fact.subject, fact.predicate, fact.object, graph)
    return f"/feedback?page={quote(page)}&statement={key}"
