"""Pages of source documents: the very characters marked, whatever they are; what was read beside; long texts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from documents_graph import FIRST, HEADING, QUOTED, SECOND, SOURCE, TEXT, write_graph
from flask.testing import FlaskClient

from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.media import TRIG
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.store.port import Store
from gcmgraph.text import plain_words
from gcmgraph.web.resources import source_document
from gcmgraph.web.resources.source_document import map_document
from markup import Page
from serving import Application

BROWSER = {"Accept": "text/html"}
PAGE = "/doc/source/hard.en"
Build = Callable[[Path, str, Path], None]
BLOCKS = (HEADING, FIRST, SECOND)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, build: Build, application: Application) -> FlaskClient:
    folder = tmp_path_factory.mktemp("documents")
    build(folder / "store", "v1", write_graph(folder))
    return application(folder / "store").test_client()


class Words(Page):
    """The words of each block of a document, and of them those that are marked."""

    @property
    def blocks(self) -> list[str]:
        """List the texts of the blocks, without the place that is said below each."""
        blocks = [e for e in self.named("div") if e.attributes.get("class") == "text"]
        places = [e for e in self.named("p") if e.attributes.get("class") == "where"]
        within = [next((p.text for p in places if p.parent is block), "\0") for block in blocks]
        return [block.text.partition(place)[0] for block, place in zip(blocks, within, strict=True)]

    @property
    def marked(self) -> list[str]:
        """List the marked words."""
        return [mark.text for mark in self.named("mark")]


def words(client: FlaskClient, query: str = "") -> Words:
    response = client.get(PAGE + query, headers=BROWSER)
    assert response.status_code == 200
    return Words(response.text)


def test_complete_text_of_a_document(client: FlaskClient) -> None:
    page = words(client)
    assert [block.strip() for block in page.blocks] == [plain_words(block) for block in BLOCKS]
    assert page.marked == []
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.parametrize("fragment", sorted({fragment for *_, fragment in QUOTED}))
def test_marks_of_a_statement(client: FlaskClient, fragment: str) -> None:
    page = words(client, f"?statement={fragment}")
    wanted = sorted((TEXT.index(quoted), quoted) for quoted, _, _, name in QUOTED if name == fragment)
    assert "".join(page.marked) == "".join(plain_words(quoted) for _, quoted in wanted)
    for start, quoted in wanted:
        assert f"passage-{start}-{start + len(quoted)}" in page.ids
    assert [block.strip() for block in page.blocks] == [plain_words(block) for block in BLOCKS]


def test_mark_of_a_passage_without_statements(client: FlaskClient) -> None:
    start = TEXT.index("Iraq")
    page = words(client, f"?passage={start}-{start + 4}")
    assert page.marked == ["Iraq"]


def test_links_from_facts_to_passages(client: FlaskClient) -> None:
    text = client.get("/doc/practice/hard?lang=en", headers=BROWSER).text
    for quoted, _, _, fragment in QUOTED:
        start = TEXT.index(quoted)
        assert f"{PAGE}?statement={fragment}&amp;lang=en#passage-{start}-{start + len(quoted)}" in text


@pytest.mark.parametrize(
    "query",
    [
        "?statement=nothing", "?statement=%3Cscript%3Ealert(1)%3C/script%3E", "?statement=" + "x" * 9000,
        "?passage=9-1", "?passage=99999999999999999999-1", "?passage=a-b", "?passage=0-999999", "?part=0", "?part=-1",
        "?part=%D9%A1", "?part=x", "?statement=evidence-afg&part=zz",
        "?statement=evidence-afg&part=7", "?passage=%00", "?statement=../..&passage=1-2&part=3", "?part=²",
    ],
)  # fmt: skip
def test_document_page_with_invalid_parameters(client: FlaskClient, query: str) -> None:
    page = words(client, query)
    assert [block.strip() for block in page.blocks] == [plain_words(block) for block in BLOCKS]
    assert all("src" in script or script == {"type": "application/ld+json"} for script in page.all("script"))


@pytest.mark.parametrize("part", ["2", "999999999999"])
def test_part_beyond_the_end_returns_404(client: FlaskClient, part: str) -> None:
    assert client.get(f"{PAGE}?part={part}", headers=BROWSER).status_code == 404


def test_markup_in_documents_is_escaped(client: FlaskClient) -> None:
    for path in (PAGE, "/doc/practice/hard", f"{PAGE}?statement=evidence-hostile"):
        page = words(client, path.removeprefix(PAGE)) if path.startswith(PAGE) else None
        text = client.get(path, headers=BROWSER).text
        assert "<script>window" not in text
        scripts = (page or Words(text)).all("script")
        assert all("src" in script or script == {"type": "application/ld+json"} for script in scripts)


def test_sender_and_date_of_contributed_statement(client: FlaskClient) -> None:
    text = client.get("/doc/practice/hard?lang=en", headers=BROWSER).text
    proof = text[text.index('<details class="proof contribution"') :]
    proof = proof[: proof.index("</details>")]
    assert "Help &lt;b&gt;e.V.&lt;/b&gt;" in proof
    assert '<time datetime="2026-11-24T10:00:00Z">2026-11-24</time>' in proof
    assert "/doc/contribution/1?lang=en" in proof


def test_unsafe_addresses_of_documents_are_text(client: FlaskClient) -> None:
    for path in (PAGE, "/doc/practice/hard", "/graph/source/hard.en"):
        text = client.get(path, headers=BROWSER).text
        for scheme in ("javascript:", "data:"):
            assert f'href="{scheme}' not in text
            assert f'"{scheme}' not in text  # nor in JSON-LD
    assert "javascript:alert(1)" in client.get(PAGE, headers=BROWSER).text
    assert 'href="https://example.org/ok"' in client.get(PAGE, headers=BROWSER).text


def test_json_ld_with_markup_in_title(client: FlaskClient) -> None:
    text = client.get("/doc/practice/hard", headers=BROWSER).text
    block = text[text.index('<script type="application/ld+json">') :].split(">", 1)[1]
    data = json.loads(block[: block.index("</script>")])
    assert data["name"] == "Hard </script> title"


def test_parts_of_a_long_document(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, build: Build, application: Application
) -> None:
    monkeypatch.setattr(source_document, "PART_BLOCKS", 1)
    build(tmp_path / "store", "v1", write_graph(tmp_path))
    parted = application(tmp_path / "store").test_client()
    for number, block in enumerate(BLOCKS, 1):
        assert [b.strip() for b in words(parted, f"?part={number}").blocks] == [plain_words(block)]
    found = words(parted, "?statement=evidence-overlap")
    assert "".join(found.marked) == "of Smuggling <b>and</b> Trafficking"
    last = words(parted, "?statement=evidence-afg&part=3")
    assert last.marked == ["أفغانستان"]
    text = parted.get(f"{PAGE}?lang=en", headers=BROWSER).text
    assert "Page 1 of 3" in text
    assert "?part=2&amp;lang=en" in text


@pytest.mark.parametrize(("graph", "blocks"), [("contribution/1", 0), ("curated", 1), ("evidence", 1)])
def test_contributed_passages_are_not_in_the_map(graph: str, blocks: int) -> None:
    passage = f"""
        @prefix oa: <http://www.w3.org/ns/oa#> .
        GRAPH <{Addresses().graph(graph)}> {{
          <https://example.org/p> a <{Addresses().term("Passage")}> ; oa:hasSource <{SOURCE}> ;
            oa:hasSelector <https://example.org/p#quote>, <https://example.org/p#position> .
          <https://example.org/p#quote> oa:exact "Never written there." .
          <https://example.org/p#position> oa:start 0 ; oa:end 20 . }}"""
    store = Store.in_memory(parse_quads(passage.encode(), TRIG, source="test"))
    assert len(map_document(store, Addresses(), IRI(SOURCE)).blocks) == blocks


def test_page_of_a_document_without_passages(tmp_path: Path, build: Build, application: Application) -> None:
    graph = tmp_path / "graph.trig"
    graph.write_text(write_graph(tmp_path).read_text("utf-8").replace("oa:hasSource", "oa:hadSource"), "utf-8")
    build(tmp_path / "store", "v1", graph)
    response = application(tmp_path / "store").test_client().get(PAGE, headers=BROWSER)
    assert response.status_code == 200


def test_pictures_of_pages_where_the_operator_names_their_folder(
    tmp_path: Path, build: Build, application: Application
) -> None:
    """Blocks on the pages 1, 2 and 2: the picture of page 2 is before the second one."""
    graph = write_graph(tmp_path)
    pages = ""
    for block, number in zip(BLOCKS, (1, 2, 2), strict=True):
        iri = f"{SOURCE}/{TEXT.index(block)}-{TEXT.index(block) + len(block)}"
        pages += (
            f'<{iri}> oa:hasSelector <{iri}#page> . <{iri}#page> a oa:FragmentSelector ; rdf:value "page={number}" .'
        )
    graph.write_text(f"{graph.read_text('utf-8')}\ngraph:evidence {{ {pages} }}", "utf-8")
    build(tmp_path / "store", "v1", graph)
    for name in ("hard.en/2.png", "hard.en/9.png", "secret.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    picture = "/page-pictures/hard.en/2.png"
    with_pictures = application(tmp_path / "store", page_pictures=str(tmp_path)).test_client()
    page = with_pictures.get(PAGE, headers=BROWSER).text
    assert page.count("/page-pictures/") == 1
    shown = page.index(f'src="{picture}" alt="page 2"')
    assert page.rindex("page 1</a>", 0, shown) < shown < page.index("page 2</a>")
    response = with_pictures.get(picture)
    assert (response.mimetype, response.data) == ("image/png", b"hard.en/2.png")
    assert with_pictures.get(picture, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    for wrong in ("hard.en/1.png", "../secret.png", "%2e%2e/2.png"):
        assert with_pictures.get(f"/page-pictures/{wrong}").status_code == 404, wrong
    without = application(tmp_path / "store").test_client()
    assert "/page-pictures/" not in without.get(PAGE, headers=BROWSER).text
    assert without.get(picture).status_code == 404
