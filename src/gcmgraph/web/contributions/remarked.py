"""Page or statement that a remark of a reader is about, found by the parameters of an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from gcmgraph.contributions.remarks import VALUE, RemarkedStatement
from gcmgraph.model.terms import IRI, Literal, Quad
from gcmgraph.web.http.problems import Problem, ProblemError
from gcmgraph.web.http.urls import candidate_iris
from gcmgraph.web.resources.evidence import statement_key
from gcmgraph.web.services import Site, Snapshot

#: Longest path of a page.
_LONGEST = 600

#: Kinds of addresses of resources and graphs.
_DESCRIBED = {"doc": "id/", "id": "id/", "graph": "graph/"}


@dataclass(frozen=True)
class Remarked:
    """The page of a remark; its resource, if it is about one; and the statement, if it is about one."""

    page: str = ""
    resource: IRI | None = None
    statement: Quad | None = None
    #: the key of the statement, as in its address
    key: str = ""

    @property
    def recorded(self) -> RemarkedStatement | None:
        """The statement as it is stored."""
        return _recorded(self.statement) if self.statement is not None else None


def remarked(site: Site, given: Mapping[str, str]) -> Remarked:
    """The page that `page` names, with the `statement` of its resource or of a part of it.

    404 where there is no such page or statement.
    """
    page, key = given.get("page", "").strip(), given.get("statement", "").strip()
    if not page and not key:
        return Remarked()
    path = urlsplit(page[:_LONGEST])
    if len(page) > _LONGEST or not page.startswith("/") or path.scheme or path.netloc:
        raise _missing(gettext("There is no page at '%(address)s' on this server.", address=page[:80]))
    snapshot = site.dataset.snapshot()
    resource = _resource(site, snapshot, path.path, path.fragment)
    if resource is None and (key or not _is_page(path.path)):
        raise _missing(gettext("There is no page at '%(address)s' on this server.", address=page[:80]))
    if not key or resource is None:
        return Remarked(page, resource)
    found = next((quad for quad in snapshot.store.quads(resource) if _key(quad) == key), None)
    if found is None:
        raise _missing(gettext("There is no such statement at '%(address)s', or not any more.", address=page[:80]))
    return Remarked(page, resource, found, key)


def _resource(site: Site, snapshot: Snapshot, path: str, fragment: str) -> IRI | None:
    """The resource or graph that a page describes, or a part of it; None for other pages."""
    first, _, rest = path.lstrip("/").partition("/")
    if first not in _DESCRIBED or not rest:
        return None
    part = f"#{fragment}" if fragment else ""
    for candidate in candidate_iris(site.addresses, f"{_DESCRIBED[first]}{rest}{part}"):
        try:
            iri = IRI(candidate)
        except ValueError:  # not valid in an IRI
            continue
        if snapshot.describer.knows(iri) or candidate in snapshot.figures.graphs:
            return iri
    return None


def _is_page(path: str) -> bool:
    """Whether a path is one of this application, other than of resources."""
    if path.lstrip("/").partition("/")[0] in _DESCRIBED:
        return False
    try:
        current_app.url_map.bind("localhost").match(path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


def _key(quad: Quad) -> str:
    graph = quad.graph_name
    return statement_key(quad.subject, quad.predicate, quad.object, graph) if isinstance(graph, IRI) else ""


def _recorded(quad: Quad) -> RemarkedStatement:
    value, graph = quad.object, quad.graph_name
    literal = value if isinstance(value, Literal) else None
    text = str(getattr(value, "value", value))
    return RemarkedStatement(
        str(getattr(quad.subject, "value", quad.subject)),
        quad.predicate.value,
        text if len(text) <= VALUE else f"{text[:VALUE]}…",
        graph.value if isinstance(graph, IRI) else "",
        isinstance(value, IRI),
        (literal.language or "") if literal is not None else "",
        literal.datatype.value if literal is not None and not literal.language else "",
    )


def _missing(detail: str) -> ProblemError:
    hint = gettext("Open the page and follow “Something wrong?” there, or describe the error without naming a page.")
    return ProblemError(Problem(HTTPStatus.NOT_FOUND, detail, {"hint": hint}))
