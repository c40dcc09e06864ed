"""The application factory: blueprints and middleware over the services of a site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from gcmgraph.contributions.access import AddressCounts
from gcmgraph.contributions.database import Database
from gcmgraph.model.terms import IRI, Literal
from gcmgraph.settings import Settings
from gcmgraph.text import isolated
from gcmgraph.web import discovery, home, openapi, operations, vocabulary
from gcmgraph.web.briefs import routes as briefs
from gcmgraph.web.browse import matrix, search
from gcmgraph.web.browse import routes as browse
from gcmgraph.web.contributions import blueprints as contributions
from gcmgraph.web.dataset import routes as dataset
from gcmgraph.web.dataset.versions import download_routes, version_routes
from gcmgraph.web.http import requests, responses
from gcmgraph.web.http.limits import BODIES, COUNTED, FAILURE_SECONDS, MAX_BODY, MAX_FIELDS
from gcmgraph.web.http.middleware import (
    REQUEST_COUNTS,
    BodyLimiter,
    Counting,
    FormRequest,
    RequestCounts,
    RequestLine,
    ResponseLimiter,
    ResultCache,
    first_part,
)
from gcmgraph.web.mcp import server as mcp
from gcmgraph.web.named_queries import routes as named_queries
from gcmgraph.web.reconciliation import routes as reconciliation
from gcmgraph.web.reconciliation.responses import reconcilers
from gcmgraph.web.resources import check, resolve
from gcmgraph.web.resources import routes as resources
from gcmgraph.web.resources.routes import read_withdrawals
from gcmgraph.web.responses import documents
from gcmgraph.web.services import Site, open_site, search_indexes, version_histories
from gcmgraph.web.sparql import endpoint as sparql
from gcmgraph.web.templating import add_interface, serve_files
from gcmgraph.web.visualisation import routes as visualisation

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: Where an application keeps the search index of each version, among its extensions.
SEARCH_INDEXES = "gcmgraph.search_indexes"

#: Where an application has the WSGI application that responds to refusals, among its extensions.
REFUSING = "gcmgraph.refusing"


def create_app(settings: Settings, *, site: Site | None = None) -> Flask:
    """The WSGI application. `SettingsError` for a base or a store that it cannot serve."""
    site = site or open_site(settings)
    app = Flask(__name__, static_folder=None)  # see `templating.serve_files`
    app.request_class = FormRequest
    app.config["MAX_CONTENT_LENGTH"] = max(MAX_BODY, *BODIES.values())  # `BodyLimiter` has the limit of each path
    app.config["MAX_FORM_MEMORY_SIZE"] = app.config["MAX_CONTENT_LENGTH"]  # a text may be as long as a file
    app.config["MAX_FORM_PARTS"] = MAX_FIELDS
    app.url_map.merge_slashes = False  # the address of a resource may hold any path
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.finalize = lambda value: isolated(value) if type(value) is str else value
    app.jinja_env.tests["iri"] = lambda term: isinstance(term, IRI)
    app.jinja_env.tests["literal"] = lambda term: isinstance(term, Literal)
    app.extensions["gcmgraph"] = site
    database = contributions.database_of(settings)
    _register_routes(app, settings, site, database)
    responses.register_problems(app, settings.places)
    failures = AddressCounts(database, "tokens", settings.quota_failures, FAILURE_SECONDS)
    requests.register(app, failures, settings.proxy_networks)
    add_interface(app)
    serve_files(app)
    app.after_request(responses.finished)
    _wrap(app, settings, site)
    return app


def _register_routes(app: Flask, settings: Settings, site: Site, database: Database) -> None:
    indexes, histories = search_indexes(site.addresses), version_histories()
    app.extensions[SEARCH_INDEXES] = indexes
    facts = dataset.KnownFacts(site, histories)
    for room in (vocabulary, sparql, visualisation, operations, documents, briefs):
        app.register_blueprint(room.blueprint(site))
    app.register_blueprint(resources.blueprint(site, read_withdrawals(settings.root, site.addresses)))
    for room in (named_queries, openapi):
        app.register_blueprint(room.blueprint(site, site.library))
    app.register_blueprint(sparql.graph_store_routes(site))
    app.register_blueprint(home.guide_routes(site, settings.root, site.library))
    for room in (search, browse, matrix):
        app.register_blueprint(room.blueprint(site, indexes))
    app.register_blueprint(resolve.blueprint(site, indexes))
    for make_of in (download_routes, version_routes):
        app.register_blueprint(make_of(site, histories))
    app.register_blueprint(dataset.link_set_routes(site))
    app.register_blueprint(visualisation.figure_routes(site))
    for make in (dataset.blueprint, dataset.table_routes, dataset.void_routes):
        app.register_blueprint(make(site, facts))
    app.register_blueprint(home.blueprint(site, facts, histories))
    service = contributions.service_of(settings, site, database)
    names = reconcilers(site, indexes)
    app.register_blueprint(reconciliation.blueprint(site, indexes, names, service))
    checkers = check.claim_checkers(site, names)
    app.register_blueprint(check.blueprint(site, checkers))
    for blueprint in contributions.blueprints(settings, site, database, service):
        app.register_blueprint(blueprint)
    app.register_blueprint(discovery.blueprint(site, settings))
    app.register_blueprint(mcp.blueprint(settings, mcp.open_server(settings, site, indexes, service, checkers)))


def _wrap(app: Flask, settings: Settings, site: Site) -> None:
    """Put the middleware around the application, the innermost first."""
    parts = {first_part(rule.rule) for rule in app.url_map.iter_rules()}
    counts = RequestCounts(parts)
    app.extensions[REQUEST_COUNTS] = counts
    flask = app.extensions[REFUSING] = app.wsgi_app
    wrapped: WSGIApplication = flask
    if settings.result_cache > 0:
        wrapped = ResultCache(wrapped, site.dataset.state, settings.result_cache * 2**20)
    wrapped = ResponseLimiter(BodyLimiter(wrapped, MAX_BODY, BODIES, COUNTED))
    wrapped = RequestLine(wrapped, flask)
    app.wsgi_app = Counting(wrapped, counts)  # type: ignore[method-assign]
