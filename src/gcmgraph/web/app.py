"""The application factory: routes and middleware over the services of a site."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask

from gcmgraph.contributions.database import Database
from gcmgraph.contributions.quotas import AddressCounts
from gcmgraph.platform.controls import isolated
from gcmgraph.publication.descriptions import choose
from gcmgraph.publication.versions.changes import COUNTED_KINDS
from gcmgraph.rdf.terms import IRI, Literal
from gcmgraph.settings import Settings
from gcmgraph.web import (
    discovery,
    embedding,
    guides,
    home,
    openapi,
    operations,
    removed_addresses,
    sitemap,
    vocabulary,
)
from gcmgraph.web.briefs import routes as briefs
from gcmgraph.web.browse import matrix, search
from gcmgraph.web.browse import routes as browse
from gcmgraph.web.browse.country_counts import country_counts
from gcmgraph.web.contributions import blueprints as contributions
from gcmgraph.web.dataset import routes as dataset
from gcmgraph.web.http.authentication import register_failure_counts
from gcmgraph.web.http.counting import REQUEST_COUNTS, Counting, RequestCounts, first_part
from gcmgraph.web.http.form_parsing import FormRequest
from gcmgraph.web.http.formats import CITATIONS
from gcmgraph.web.http.headers import HeadersOfAllResponses, finish_response
from gcmgraph.web.http.hosts import AcceptedHosts
from gcmgraph.web.http.limit_middleware import BodyLimiter, RequestLine, ResponseLimiter
from gcmgraph.web.http.limits import BODIES, FAILURE_SECONDS, LENGTH_REQUIRED, MAX_BODY, MAX_FIELDS
from gcmgraph.web.http.links import is_served
from gcmgraph.web.http.problems import register_problems
from gcmgraph.web.http.result_cache import ResultCache
from gcmgraph.web.i18n import NAMES, number, rounded
from gcmgraph.web.mcp import server as mcp
from gcmgraph.web.named_queries import routes as named_queries
from gcmgraph.web.reconciliation_api import routes as reconciliation
from gcmgraph.web.resources import (
    claim_check,
    comparison,
    country_views,
    resolve,
    topic_views,
    treaty_views,
    views,
    vote_views,
    wording_views,
)
from gcmgraph.web.resources import routes as resources
from gcmgraph.web.resources.withdrawn_resources import read_withdrawals
from gcmgraph.web.responses import citations, drawings
from gcmgraph.web.services import Site, open_site
from gcmgraph.web.sparql import endpoint as sparql
from gcmgraph.web.static_files import serve_files
from gcmgraph.web.templating import add_interface
from gcmgraph.web.visualisation import routes as visualisation
from gcmgraph.web.visualisation.charts import (
    country_figures,
    objective_figures,
)
from gcmgraph.web.visualisation.coverage import covered_objective, covered_objectives
from gcmgraph.web.visualisation.figure_pictures import dataset_view
from gcmgraph.web.visualisation.maps import counts_map, resource_map
from gcmgraph.web.visualisation.networks import drawing_around
from gcmgraph.web.visualisation.timeline import draw_timeline

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: Functions and tables that templates call and read, besides those of `templating`.
_READ_BY_TEMPLATES = {
    "IRI": IRI,
    "NAMES": NAMES,
    "choose": choose,
    "citation_forms": CITATIONS,
    "citation_of": citations.make_citation,
    "counted_kinds": COUNTED_KINDS,
    "draw_timeline": draw_timeline,
    "country_counts": country_counts,
    "country_figures": country_figures,
    "country_views": country_views,
    "counts_map": counts_map,
    "covered_objective": covered_objective,
    "covered_objectives": covered_objectives,
    "dataset_view": dataset_view,
    "drawing_around": drawing_around,
    "embed_line": embedding.embed_line,
    "objective_figures": objective_figures,
    "resource_map": resource_map,
    "is_served": is_served,
    "shade": drawings.shade,
    "style": drawings.STYLE,
    "topic_views": topic_views,
    "treaty_views": treaty_views,
    "vote_views": vote_views,
    "views": views,
    "wording_views": wording_views,
}

#: Where an application has the WSGI application that responds to refusals, among its extensions.
REFUSING = "gcmgraph.refusing"

Function = TypeVar("Function", bound=Callable[..., Any])


class _Application(Flask):
    def ensure_sync(self, func: Function) -> Function:
        """Return a view or hook: none is a coroutine, which Flask would check at each request."""
        return func


def create_app(settings: Settings, *, site: Site | None = None) -> Flask:
    """The WSGI application. `SettingsError` for a base or a store that it cannot serve."""
    site = site or open_site(settings)
    app = _Application(__name__, static_folder=None)  # see `static_files.serve_files`
    app.request_class = FormRequest
    # `BodyLimiter` has the limit of each path
    largest_body = max(MAX_BODY, *BODIES.values())
    app.config["MAX_CONTENT_LENGTH"] = largest_body
    app.config["MAX_FORM_MEMORY_SIZE"] = largest_body  # a text may be as long as a file
    app.config["MAX_FORM_PARTS"] = MAX_FIELDS
    app.url_map.merge_slashes = False  # the address of a resource may hold any path
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.finalize = lambda value: isolated(value) if type(value) is str else value
    app.jinja_env.globals.update(_READ_BY_TEMPLATES, as_files=site.as_files)
    app.jinja_env.filters.update(
        figure=number,
        letters=drawings.letters,
        rounded=rounded,
        shortened=drawings.shortened,
        wrapped=drawings.wrapped,
    )
    app.jinja_env.tests["iri"] = lambda term: isinstance(term, IRI)
    app.jinja_env.tests["literal"] = lambda term: isinstance(term, Literal)
    app.extensions["gcmgraph"] = site
    database = contributions.database_of(settings)
    _add_routes(app, settings, site, database)
    register_problems(app, settings.places)
    removed_addresses.add_refusals(app)
    failures = AddressCounts(database, "tokens", settings.quota_failures, FAILURE_SECONDS)
    register_failure_counts(app, failures, settings.proxy_networks)
    add_interface(app)
    serve_files(app)
    app.after_request(finish_response)
    _wrap(app, settings, site)
    return app


def _add_routes(app: Flask, settings: Settings, site: Site, database: Database) -> None:
    service = contributions.service_of(settings, site, database)
    for room in (
        vocabulary,
        sparql,
        visualisation,
        sitemap,
        operations,
        citations,
        briefs,
        named_queries,
        openapi,
        search,
        browse,
        matrix,
        resolve,
        claim_check,
        comparison,
        dataset,
        home,
    ):
        room.add_routes(app, site)
    withdrawals = read_withdrawals(settings.root, site.addresses)
    resources.add_routes(app, site, withdrawals)
    embedding.add_routes(app, site, withdrawals)
    guides.add_guide_routes(app, site, settings.root)
    reconciliation.add_routes(app, site, service, AcceptedHosts((), (settings.host,)))
    for blueprint in contributions.blueprints(settings, site, database, service):
        app.register_blueprint(blueprint)
    discovery.add_routes(app, site, settings)
    mcp.add_routes(app, settings, mcp.open_server(settings, site, service))


def _wrap(app: Flask, settings: Settings, site: Site) -> None:
    """Put the middleware around the application, the innermost first."""
    parts = {first_part(rule.rule) for rule in app.url_map.iter_rules()}
    counts = RequestCounts(parts)
    app.extensions[REQUEST_COUNTS] = counts
    flask = HeadersOfAllResponses(app.wsgi_app)
    app.extensions[REFUSING] = flask
    wrapped: WSGIApplication = flask
    if settings.result_cache > 0:
        wrapped = ResultCache(wrapped, site.dataset.state, settings.result_cache * 2**20)
    wrapped = ResponseLimiter(BodyLimiter(wrapped, MAX_BODY, BODIES, LENGTH_REQUIRED))
    wrapped = RequestLine(wrapped, flask)
    app.wsgi_app = Counting(wrapped, counts)  # type: ignore[method-assign]
