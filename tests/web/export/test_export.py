"""An export: complete, without dead links, whole or not at all; its bill of materials names what is installed."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from answers import html
from click.testing import CliRunner
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from flask import Flask

from gcmgraph.cli import main
from gcmgraph.platform.errors import StoreError
from gcmgraph.platform.file_states import MANIFEST, flaw, read_manifest
from gcmgraph.rdf.canonical import digest
from gcmgraph.rdf.media import syntax_for_suffix
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.settings import Settings
from gcmgraph.translations import LANGUAGES
from gcmgraph.web.app import create_app
from gcmgraph.web.export.addresses import (
    NEEDS_SERVER,
    PUBLISHED,
    SiteAddress,
    resolve_link,
    section_of,
)
from gcmgraph.web.export.bill_of_materials import EDITOR_LOCK, bill_of_materials
from gcmgraph.web.export.crawl import Counts
from gcmgraph.web.export.export import ExportResult, export_site
from gcmgraph.web.export.folder import MARKER, replacing
from markup import Page

ON_LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="needs Linux, which exchanges folders"
)
Build = Callable[[Path, str, Path], None]
Export = tuple[Path, ExportResult]
BASE = "https://w3id.org/gcmgraph/"


def links(page: Page) -> list[str]:
    return page.values("href", "src", "action")


@pytest.mark.exhaustive
def test_targets_of_all_links(exported: Export) -> None:
    folder, _ = exported
    folder = folder.resolve()
    led: dict[Path, list[str]] = {}
    anchors: dict[Path, set[str]] = {}
    for file in folder.rglob("*.html"):
        read = Page(file.read_text("utf-8"))
        led[file], anchors[file] = links(read), set(read.ids)
    assert len(led) > 6 * 20

    @cache
    def target_of(path: Path) -> Path:
        return path.resolve()

    checked = 0
    for page, found in led.items():
        for link in found:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                assert parts.scheme in {"http", "https"}, link
                continue
            start = folder if parts.path.startswith("/") else page.parent
            target = target_of(start / unquote(parts.path).lstrip("/")) if parts.path else page
            assert target.is_file(), f"{page.relative_to(folder)}: {link}"
            assert target.is_relative_to(folder)
            checked += 1
            if parts.fragment and target.suffix == ".html" and "ontology" not in target.as_posix():
                # the small graph leaves out most terms of the vocabulary
                assert parts.fragment in anchors[target], f"{page.relative_to(folder)}: {link}"
            assert "?" not in link
    assert checked > 5000


def test_pages_in_every_language(exported: Export, app: Flask) -> None:
    folder, _ = exported
    for stem in (
        "index",
        "doc/practice/glo-act",
        "browse/country",
        "dataset",
        "changes",
        "server-only",
        "404",
    ):
        for language in LANGUAGES:
            page = folder / ("" if language == "en" else language) / f"{stem}.html"
            assert Page(page.read_text("utf-8")).all("html")[0].get("lang") == language, page
    text = re.compile(r"<[^>]*>")
    site = replace(app.extensions["gcmgraph"], as_files=True)
    app = create_app(Settings(), site=site)
    for stem, path in (
        ("fr/doc/practice/glo-act", "/doc/practice/glo-act?lang=fr"),
        ("ar/index", "/?lang=ar"),
    ):
        answer = html(app.test_client(), path)
        assert text.sub("", (folder / f"{stem}.html").read_text("utf-8")) == text.sub("", answer)


def test_documents_in_every_form(exported: Export, app: Flask) -> None:
    folder, _ = exported
    client = app.test_client()
    for stem, suffixes in (
        ("doc/practice/glo-act", ["ttl"]),
        ("doc/objective/9", ["ttl"]),
        ("graph/curated", ["ttl"]),
        ("dataset", ["jsonld", "nt", "rdf", "ttl"]),
        ("ontology", ["jsonld", "nt", "rdf", "ttl"]),
        ("shapes", ["jsonld", "nt", "rdf", "ttl"]),
    ):
        beside = {f.name.removeprefix(f"{Path(stem).name}.") for f in folder.glob(f"{stem}.*")}
        assert sorted(beside & {"csv", "jsonld", "md", "nt", "rdf", "ttl"}) == suffixes
        for suffix in suffixes:
            written = (folder / f"{stem}.{suffix}").read_bytes()
            assert written == client.get(f"/{stem}.{suffix}").data
            syntax = syntax_for_suffix(suffix)
            assert digest(parse_quads(written, syntax, source=stem, base_iri=BASE))
    for name in (".well-known/void", ".well-known/void.jsonld", "context.jsonld", "sitemap.xml", "robots.txt",
                 "dataset.linkset.json", "search/names.json", "statistics.html", "changes.atom",
                 "static/style.css", "README.md", "nginx.conf",
                 ".htaccess"):  # fmt: skip
        assert (folder / name).stat().st_size, name


def test_files_of_the_manifest(exported: Export) -> None:
    folder, _ = exported
    entries = read_manifest(folder)
    assert entries is not None
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(entries) == written - {MANIFEST}
    assert [path for path, states in entries.items() if flaw(folder / path, states)] == []


def test_link_to_a_passage_leads_to_its_words_in_the_document(exported: Export) -> None:
    folder, _ = exported
    practice = Page((folder / "doc" / "practice" / "glo-act.html").read_text("utf-8"))
    places = {link for link in links(practice) if "/source/" in link and "#passage-" in link}
    document = Page((folder / "doc" / "source" / "objective-09.fr.html").read_text("utf-8"))
    assert places
    for place in places:
        path, _, fragment = place.partition("#")
        assert (path, fragment in document.ids) == ("../source/objective-09.fr.html", True), place
    assert not list(folder.glob("**/source/*/*"))


def test_page_for_links_that_require_the_server(exported: Export) -> None:
    folder, _ = exported
    home = (folder / "fr" / "index.html").read_text("utf-8")
    assert 'action="search.html"' in home
    assert 'data-names="../search/names.json"' in home
    assert "/sparql" not in "".join(links(Page(home)))
    assert "make run" in (folder / "fr" / "server-only.html").read_text("utf-8")
    assert not any(
        (folder / name).exists() for name in ("check.html", "sparql.html", "queries.html")
    )


def test_routes_that_are_published_or_require_the_server(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        choice = re.match(r"/<any\((.*?)\)", str(rule))
        for each in choice[1].split(", ") if choice else [section_of(str(rule))]:
            known = each == "id" or (each in PUBLISHED) != (each in NEEDS_SERVER)
            assert known, (
                f"{rule}: add its first part to PUBLISHED or NEEDS_SERVER in gcmgraph/web/export/addresses.py"
            )


@pytest.mark.parametrize(
    ("link", "file"),
    [
        ("/", "index.html"),
        ("/?lang=fr", "fr/index.html"),
        ("/doc/sdg/10.7?lang=ar", "ar/doc/sdg/10.7.html"),
        ("/doc/source/objective-09.fr#passage-1-2", "doc/source/objective-09.fr.html"),
        ("/doc/source/objective-09.fr/1-2?lang=fr", "fr/doc/source/objective-09.fr.html"),
        ("/doc/source/objective-09.fr/1-2.ttl", "server-only.html"),
        ("/doc/source/objective-09.fr?statement=evidence-1", "doc/source/objective-09.fr.html"),
        ("/doc/statistics/refugees/AFG-2020", "doc/statistics/refugees.html"),
        ("/doc/sdg/10.7.ttl?lang=ar", "doc/sdg/10.7.ttl"),
        ("/browse/country?page=2&lang=fr", "fr/browse/country.page-2.html"),
        ("/browse/country?page=x", "browse/country.html"),
        ("/browse/country?country=AFG", "server-only.html"),
        ("/sparql?query=ASK&lang=ru", "ru/server-only.html"),
        ("/static/style.css?v=1", "static/style.css"),
        ("/doc/../../etc/passwd", "server-only.html"),
        ("/doc/%2e%2e/%2e%2e/etc/passwd", "server-only.html"),
        ("/doc/x%00", "server-only.html"),
        ("/" + "doc/" + "x" * 300, "server-only.html"),
        ("/dumps/", "dumps.html"),
        ("/statistics/refugees?format=csv&lang=fr", "statistics/refugees.csv"),
        ("/statistics/refugees?country=AFG", "server-only.html"),
        ("/browse/concept?scheme=topic&page=2", "browse/concept.topic.page-2.html"),
        ("/browse/concept?scheme=../topic", "server-only.html"),
        ("/doc/evaluation/1?lang=en", "doc/evaluation/1.html"),
        ("/doc/evaluation/1?lang=fr", "fr/index.html"),
        ("/doc/country/AFG.jsonld", "server-only.html"),
        ("/dataset.jsonld", "dataset.jsonld"),
        ("?page=3", "doc/a.page-3.html"),
        *(
            (link, None)
            for link in (
                "https://example.org/",
                "//example.org/x",
                "mailto:a@b",
                "#top",
                "javascript:x",
            )
        ),
    ],
)
def test_file_of_a_link(link: str, file: str | None) -> None:
    place = resolve_link(link, SiteAddress("/doc/a", language="en"))
    assert (place and place.file) == file


def test_export_over_an_earlier_one(
    tmp_path: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    # most of the time of an export
    monkeypatch.setattr("gcmgraph.web.export.export.bill_of_materials", bytes)
    for module in ("export", "addresses", "search_names"):
        monkeypatch.setattr(f"gcmgraph.web.export.{module}.LANGUAGES", ("en",))
    graph, store, site = tmp_path / "graph.trig", tmp_path / "store", tmp_path / "site"
    graph.write_text(f"""
        @prefix prov: <http://www.w3.org/ns/prov#> . @prefix dct: <http://purl.org/dc/terms/> .
        GRAPH <{BASE}graph/provenance> {{
          <{BASE}id/practice/stays> a <{BASE}ontology#Practice> ; dct:title "Stays"@en .
          <{BASE}id/practice/gone> prov:wasInvalidatedBy <{BASE}id/contribution/1#end> .
          <{BASE}id/contribution/1#end> a prov:Activity .
        }}""")
    build(store, "one", graph)
    settings = Settings(store=str(store), root=str(tmp_path / "none"))
    with replacing(site, {}) as folder:
        folder.write("stray.html", [b"left from before"])
    (tmp_path / ".site.old" / "doc").mkdir(parents=True)  # by an export that was killed
    result = export_site(settings, site, processes=1)
    assert not (site / "stray.html").exists()
    assert (site / "doc" / "practice" / "stays.ttl").is_file()
    assert not list(site.glob("**/gone*"))  # it was withdrawn
    assert not [link for link in result.dead if "gone" in link]

    def change(counts: Counts) -> None:
        if counts.written == 20:
            build(store, "two", graph)

    with pytest.raises(StoreError, match="changed during the export"):
        export_site(settings, site, change, processes=1)
    assert json.loads((site / MARKER).read_text())["version"] == "one"
    first_counts: list[Counts] = []
    export_site(settings, site, first_counts.append, processes=1)
    assert first_counts[0].written == 0  # another version
    assert json.loads((site / MARKER).read_text())["version"] == "two"
    assert {f.name for f in tmp_path.iterdir()} == {"graph.trig", "store", "site"}


def test_folders_that_are_no_export(store_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path)
    for target in (tmp_path, tmp_path / "mine.txt", tmp_path / "link", Path("/proc/none/site")):
        with pytest.raises(StoreError):
            export_site(Settings(store=str(store_folder)), target)
    assert sorted(f.name for f in tmp_path.iterdir()) == ["link", "mine.txt"]
    said = CliRunner().invoke(
        main, ["export", str(tmp_path / "site"), "--store", str(tmp_path / "none")]
    )
    assert (said.exit_code, "gcmgraph build" in said.output) == (1, True)
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("exchanges", [pytest.param(True, marks=ON_LINUX), False])
def test_exchange_of_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchanges: bool
) -> None:
    """No moment between what was there and what comes, in which a visitor finds nothing or a kill leaves nothing."""
    site = tmp_path / "site"
    with replacing(site, {}) as folder:
        folder.write("page", [b"one"])
    if exchanges:
        monkeypatch.setattr(Path, "rename", lambda *_: pytest.fail("moved away first"))
    else:
        monkeypatch.setattr("gcmgraph.web.export.folder._exchange", lambda *_: False)
    with replacing(site, {}) as folder:
        folder.write("page", [b"two"])
        with (
            pytest.raises(StoreError, match=r"Another export .* Try again"),
            replacing(tmp_path / "other", {}),
        ):
            pytest.fail("two at once")
    assert (site / "page").read_text() == "two"
    assert [f.name for f in tmp_path.iterdir()] == ["site"]


def test_bill_of_materials(exported: tuple[Path, ExportResult], tmp_path: Path) -> None:
    text = (exported[0] / "sbom.cdx.json").read_text("utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert text.encode() == bill_of_materials()
    document = json.loads(text)
    found = {component["purl"]: component for component in document["components"]}
    for needed in ("flask", "werkzeug", "pyoxigraph", "pyyaml"):
        assert found[f"pkg:pypi/{needed}@{version(needed)}"]["version"] == version(needed)
    assert not [purl for purl in found if purl.startswith(("pkg:pypi/pytest@", "pkg:pypi/ruff@"))]
    known = {component["bom-ref"] for component in document["components"]}
    edges = {entry["ref"]: entry["dependsOn"] for entry in document["dependencies"]}
    assert set(edges) - {f"pkg:pypi/gcmgraph@{version('gcmgraph')}"} == {
        ref for ref in known if ref.startswith("pkg:pypi/")
    }
    assert {target for targets in edges.values() for target in targets} <= known
    names = {component["name"]: component for component in found.values()}
    lock = json.loads(EDITOR_LOCK.read_text("utf-8"))["packages"]
    view = names["@codemirror/view"]
    assert view["version"] == lock["node_modules/@codemirror/view"]["version"]
    assert view["purl"].startswith("pkg:npm/%40codemirror/view@")
    assert len(view["hashes"][0]["content"]) == 128
    assert "esbuild" not in names  # builds the editor and is no part of it
    assert b"pkg:npm/" not in bill_of_materials(tmp_path / "no.json")
