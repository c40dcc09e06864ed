"""The generated rules on real web servers: nginx and Apache over an export of the small graph."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from attackers import Reply, ask
from browsing import needs_chromium, wait
from gcmgraph.rdf.media import syntax_for_media_type
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.web.export.export import ExportResult
from gcmgraph.web.export.web_server_rules import accept_rules, language_rules
from servers import free_port, running

DOC = "/doc/practice/glo-act"

#: A document in all formats; resources have pages and Turtle alone.
DATASET = "/dataset"
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

NGINX = Path(__file__).parents[1].joinpath("nginx.conf").read_text("utf-8")

APACHE = """\
ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/apache.pid
ErrorLog {folder}/error.log
DefaultRuntimeDir {folder}
{modules}
TypesConfig /etc/mime.types
DocumentRoot {root}
<Directory {root}>
    AllowOverride All
    Require all granted
</Directory>
"""

MODULES = ("mpm_event", "authz_core", "mime", "dir", "headers", "rewrite", "filter", "deflate")


@pytest.fixture(scope="module", params=["nginx", "apache2"])
def web_server(
    request: pytest.FixtureRequest,
    exported: tuple[Path, ExportResult],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[int]:
    """Yield the port of a web server over the export; the test is skipped where the server is not installed."""
    if shutil.which(request.param) is None:
        pytest.skip(f"needs {request.param}: apt-get install nginx-light apache2")
    site, _ = exported
    folder, number = tmp_path_factory.mktemp(request.param), free_port()
    for each in (folder, *folder.parents, site, *site.parents):  # they drop root's rights
        if "pytest" in str(each):  # below pytest's folder; with xdist it is one level deeper
            each.chmod(0o755)
    if request.param == "nginx":
        rules = (
            (site / "nginx.conf")
            .read_text("utf-8")
            .replace("listen 80;", f"listen 127.0.0.1:{number};")
        )
        (folder / "site.conf").write_text(rules, "utf-8")
        (folder / "nginx.conf").write_text(
            NGINX.format(folder=folder, user="", ready=free_port()), "utf-8"
        )
        arguments = ["nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    else:
        modules = "\n".join(
            f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in MODULES
        )
        settings = APACHE.format(folder=folder, port=number, root=site, modules=modules)
        (folder / "apache.conf").write_text(settings, "utf-8")
        arguments = ["apache2", "-X", "-f", str(folder / "apache.conf")]
    with running(arguments, folder, f"http://127.0.0.1:{number}/"):
        yield f"http://127.0.0.1:{number}"


def location(reply: Reply) -> str:
    """The address of a redirect, without the host."""
    return re.sub(r"^http://[^/]*", "", reply.headers["location"])


def kind(reply: Reply) -> str:
    return reply.headers["content-type"].partition(";")[0]


#: Accept headers, and what the application answers to each (`test_dereferencing`).
NEGOTIATED = [
    (None, "text/turtle"), ("", "text/turtle"), ("*/*", "text/turtle"), (FIREFOX, "text/html"),
    ("text/turtle", "text/turtle"), ("application/ld+json", "application/ld+json"),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
    ("application/rdf+xml", "application/rdf+xml"), ("application/n-triples", "application/n-triples"),
    ("text/html;q=0, text/turtle", "text/turtle"), ("text/turtle;q=0.5, text/html", "text/html"),
    ("TEXT/HTML", "text/html"), ("text/*", "text/turtle"), ("image/png, */*;q=0.1", "text/turtle"),
    ("application/rdf+xml;q=0.9, image/png", "application/rdf+xml"),
    ("text/html;charset=utf-8;q=1.0", "text/html"), ("image/png", None), ("text/turtle;q=0", None),
]  # fmt: skip


@pytest.mark.parametrize(("accept", "expected"), NEGOTIATED)
def test_format_by_accept_header(
    web_server: str, app: Flask, accept: str | None, expected: str | None
) -> None:
    headers = {} if accept is None else {"Accept": accept}
    response = app.test_client().get(DATASET, headers=headers)
    assert (response.mimetype if response.status_code == 200 else None) == expected
    rules = [(re.compile(pattern, re.IGNORECASE), suffix) for pattern, suffix in accept_rules()]
    found = next((suffix for pattern, suffix in rules if pattern.search(accept or "")), None)
    assert (found is None) == (expected is None)
    reply = ask(web_server, DATASET, **headers)
    if expected is None:
        assert (reply.status, b".ttl" in reply.body) == (406, True)
        return
    assert (reply.status, kind(reply)) == (200, expected)
    assert {"Accept", "Accept-Language"} <= {
        name.strip() for name in reply.headers["vary"].split(",")
    }
    syntax = syntax_for_media_type(expected)
    if syntax is not None:
        assert len(list(parse_quads(reply.body, syntax, source=DATASET))) > 5


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "text/turtle"), (FIREFOX, "text/html"), ("text/*", "text/turtle"), ("application/ld+json", None),
        ("application/ld+json, text/turtle;q=0.5", "text/turtle"), ("application/rdf+xml, */*;q=0.1", "text/turtle"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", [DOC, "/graph/curated"])
def test_resources_and_graphs_are_pages_or_turtle(
    web_server: str, path: str, accept: str, expected: str | None
) -> None:
    reply = ask(web_server, path, Accept=accept)
    assert (reply.status, kind(reply)) == ((200, expected) if expected else (406, "text/html"))
    assert expected or b".jsonld" not in reply.body


def test_redirect_to_a_document(web_server: str) -> None:
    for path, query in (
        ("practice/glo-act", ""),
        ("source/objective-09.fr", ""),
        ("country/AFG", "?lang=fr"),
    ):
        reply = ask(web_server, f"/id/{path}{query}", Accept="text/turtle")
        assert (reply.status, location(reply)) == (303, f"/doc/{path}{query}")
        assert ask(web_server, location(reply), Accept="text/turtle").status == 200


def test_passages_and_figures_redirect_to_the_page_that_has_them(web_server: str) -> None:
    for path, document in (
        ("/id/source/objective-09.fr/104-150?lang=es", "/doc/source/objective-09.fr?lang=es#passage-104-150"),
        ("/doc/source/objective-09.fr/104-150", "/doc/source/objective-09.fr#passage-104-150"),
        ("/id/statistics/migrants-by-origin/AFG-2020", "/doc/statistics/migrants-by-origin"),
    ):  # fmt: skip
        reply = ask(web_server, path)
        assert (reply.status, location(reply)) == (303, document)
    assert ask(web_server, "/id/source/none.fr/104-150").status == 404


def test_redirect_of_the_version_iri_of_the_ontology(web_server: str) -> None:
    reply = ask(web_server, "/ontology/0.1.0?lang=fr")  # the version of the small graph
    assert (reply.status, location(reply)) == (303, "/ontology?lang=fr")
    assert ask(web_server, "/ontology", Accept="text/turtle").status == 200
    assert [ask(web_server, f"/ontology/{other}").status for other in ("0.1.00", "0-1-0")] == [
        404,
        404,
    ]


@pytest.mark.parametrize(
    ("path", "header", "language"),
    [
        (DOC, "fr", "fr"), (DOC, "fr-CA, en;q=0.5", "fr"), (DOC, "de, ar;q=0.8, en", "ar"), (DOC, "de", "en"),
        (DOC, "en, fr", "en"), (f"{DOC}?lang=ru", "fr", "ru"), (f"{DOC}?lang=en", "fr", "en"), ("/", "zh-Hans", "zh"),
        ("/browse/country", "es", "es"), ("/search?q=x", "fr", "fr"),
        ("/graph/curated", "fr", "en"), ("/dumps", "fr", "fr"), ("/dumps/", "fr", "fr"), ("/dataset", "fra", "en"),
    ],
)  # fmt: skip
def test_language_of_pages(web_server: str, path: str, header: str, language: str) -> None:
    reply = ask(web_server, path, Accept=FIREFOX, Accept_Language=header)
    assert (reply.status, kind(reply)) == (200, "text/html")
    assert f'<html lang="{language}"'.encode() in reply.body


@pytest.mark.parametrize(
    "path",
    ["/id/practice/nothing", "/doc/practice/nothing", "/nothing", "/sparql", "/check?text=x", "/queries/x", "/doc",
     "/doc/../nginx", "/id/..%2f..%2fetc", "/id/x%0d%0aSet-Cookie:%20a=b", "/id/", "/static/"],
)  # fmt: skip
def test_unknown_addresses(web_server: str, path: str) -> None:
    response = ask(web_server, path, Accept=FIREFOX)
    assert response.status in {400, 403, 404}
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        (f"{DOC}.ttl", "text/turtle"), (f"{DOC}.html", "text/html"),
        ("/dataset.linkset.json", "application/linkset+json"), ("/search/names.json", "application/json"),
        ("/dataset.nt", "application/n-triples"), ("/static/style.css?v=1", "text/css"),
        ("/tables/country.csv", "text/csv"), ("/context.jsonld", "application/ld+json"),
        ("/changes.atom", "application/atom+xml"),
        ("/.well-known/void.rdf", "application/rdf+xml"), ("/.well-known/void", "text/turtle"),
    ],
)  # fmt: skip
def test_types_and_headers_of_files(web_server: str, path: str, media_type: str) -> None:
    reply = ask(web_server, path)
    assert (reply.status, kind(reply)) == (200, media_type)
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert ask(web_server, path, If_None_Match=reply.headers["etag"]).status == 304
    assert (
        kind(ask(web_server, "/.well-known/void", Accept="application/rdf+xml"))
        == "application/rdf+xml"
    )
    assert (
        ask(web_server, f"{DOC}.html", Accept_Encoding="gzip").headers["content-encoding"] == "gzip"
    )


@needs_chromium
def test_names_are_searched_in_the_browser(web_server: str, browser: Chrome) -> None:
    browser.get(f"{web_server}/fr/index.html")
    field = browser.find_element(By.CSS_SELECTOR, "form.search input[type=search]")
    field.send_keys("Afgh")
    wait(browser).until(lambda b: b.find_element(By.CSS_SELECTOR, "[role=option] .name"))
    field.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    wait(browser).until(lambda b: b.current_url == f"{web_server}/fr/doc/country/AFG.html")
    field = browser.find_element(By.CSS_SELECTOR, "form.search input[type=search]")
    field.send_keys("العراق", Keys.ENTER)
    wait(browser).until(lambda b: b.current_url.startswith(f"{web_server}/fr/search.html?q="))
    wait(browser).until(lambda b: b.find_element(By.CSS_SELECTOR, "#results a"))
    browser.find_element(By.CSS_SELECTOR, "#results a").click()
    wait(browser).until(lambda b: b.current_url == f"{web_server}/fr/doc/country/IRQ.html")
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "fr"


@needs_chromium
def test_search_without_a_result_states_it(web_server: str, browser: Chrome) -> None:
    browser.get(f"{web_server}/search.html?q=xyzzy")
    status = browser.find_element(By.ID, "found")
    wait(browser).until(lambda _: status.text == "Nothing was found.")


def test_first_known_language_of_a_header() -> None:
    rules = [(re.compile(pattern, re.IGNORECASE), tag) for pattern, tag in language_rules()]
    for header, expected in (
        ("fr", "fr"),
        ("de, ru", "ru"),
        ("en, fr", None),
        ("frr, zh", "zh"),
        ("", None),
    ):
        assert next((tag for pattern, tag in rules if pattern.search(header)), None) == expected
