"""What may be sent, also as ZIP files and several files, and who may send it."""

from __future__ import annotations

import io
import resource
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from desk import ADDRESSES, PREFIXES, Desk, practice

from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.content import MAX_BYTES, Content, media_type_of
from gcmgraph.contributions.content_reading import read_statements, require_few
from gcmgraph.contributions.contribution import Role, State
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import file_name
from gcmgraph.contributions.own_addresses import is_own_address_misspelt
from gcmgraph.contributions.policy import BLANK_NODES, refused
from gcmgraph.contributions.service import Envelope
from gcmgraph.contributions.stored_statements import stored_form
from gcmgraph.contributions.submission_check import Request
from gcmgraph.contributions.zip_files import MEMBERS, packed, unpacked
from gcmgraph.platform.errors import ContributionError, GcmGraphError, LedgerError
from gcmgraph.rdf.property_paths import Predicate
from gcmgraph.rdf.terms import IRI, BlankNode, Quad
from program import run_here as run

X = "practice:x"
SKOS = "<http://www.w3.org/2004/02/skos/core#"
AUDIENCES = "<https://w3id.org/gcmgraph/id/concept/audience>"
PROV = "<http://www.w3.org/ns/prov#"
HOSTS = "w3id.org. W3ID.org ｗ３ｉｄ.org w3id。org w3\u00adid.org w3id%2Eorg w3id.org:443 w3\ufe0fid.org".split()
#: Spellings of our addresses that browsers read as ours, or servers.
SPELLINGS = (
    *(f"https://{host}/gcmgraph/" for host in HOSTS),
    *(f"https:{slashes}w3id.org/gcmgraph/" for slashes in ("", "/", "///", "////")),
    *(
        f"https://w3id.org{path}"
        for path in ("//gcmgraph/", "/gcmgraph//", "/%67cmgraph/", "/GCMGraph/", "/a/../gcmgraph/")
    ),
    *(f"{scheme}://w3id.org/gcmgraph/" for scheme in ("http", "ftp", "wss", "HTTPS")),
    *(
        "https://www.w3id.org/gcmgraph/",
        "https://w3id.org:8443/gcmgraph/",
        "https://a:b@w3id.org/gcmgraph/",
    ),
    f"https://{'a' * 3_000}@w3id.org/gcmgraph/",
    *(
        "https://w3id.org/gcmgraph%2F",
        "https://w3id.org/gcmgraph/./",
        "https://w3id.org/gcmgraph/%69d/../",
    ),
)
#: Addresses of others at the same host, and with our host elsewhere.
FOREIGN = (
    *(
        "https://w3id.org/gcmgraphs/",
        "https://w3id.org/",
        "https://w3id.org/gcm/graph/",
        "https://w3id.org%2Fgcmgraph/",
    ),
    *(
        "https://example.org/w3id.org/gcmgraph/",
        "https://w3id.org@example.org/gcmgraph/",
        "urn:w3id.org:gcmgraph/",
    ),
    *(
        "https://w3id.org.example.org/gcmgraph/",
        "https://web.archive.org/web/2026/https://w3id.org/gcmgraph/",
    ),
)
TRIG = "<https://w3id.org/gcmgraph/graph/curated> { practice:x gcm:objective objective:9 }"


@pytest.mark.parametrize(
    ("turtle", "suffix", "said"),
    [
        (TRIG, "trig", "may not name a graph"),
        (f"{X} <http://www.w3.org/2002/07/owl#sameAs> practice:y .", "ttl", "two resources one"),
        (f"{X} a <http://www.w3.org/ns/shacl#NodeShape> .", "ttl", "what a term means"),
        (
            f"{X} <http://www.w3.org/2000/01/rdf-schema#subClassOf> gcm:Practice .",
            "ttl",
            "what a term means",
        ),
        ("gcm:Practice dct:title 'Mine'@en .", "ttl", "may not describe this resource"),
        ("country:AFG dct:title 'Mine'@en .", "ttl", "may not describe this resource"),
        (
            "<https://w3id.org/gcmgraph/graph/x> dct:title 'Mine'@en .",
            "ttl",
            "may not describe this resource",
        ),
        (
            "<https://w3id.org/gcmgraph/id/practice/Not%20A%20Slug> dct:title 'x'@en .",
            "ttl",
            "cannot be given",
        ),
        (
            "<https://w3id.org/gcmgraph/id/practice/../country/AFG> dct:title 'x'@en .",
            "ttl",
            "not ours",
        ),
        (f"practice:{'x' * 200} dct:title 'x'@en .", "ttl", "cannot be given"),
        (f"{X} dct:title '{'x' * 100_001}'@en .", "ttl", "100,000 characters"),
        ("<https://example.org/afg> a gcm:Country .", "ttl", "add to the reference data"),
        (
            "<https://w3id.org/gcmgraph/id/instrument/new> a gcm:LegalInstrument .",
            "ttl",
            "add to the reference data",
        ),
        (
            "<https://w3id.org/gcmgraph/id/source/mine> a gcm:SourceDocument .",
            "ttl",
            "registered by the project",
        ),
        ("[] a gcm:Objective .", "ttl", "add to the reference data"),
        (f"{X} a gcm:Action .", "ttl", "add to the reference data"),
        (
            f"<https://example.org/c> {SKOS}inScheme> {AUDIENCES} .",
            "ttl",
            "add to the reference data",
        ),
        (
            f"<https://example.org/c> {SKOS}topConceptOf> {AUDIENCES} .",
            "ttl",
            "add to the reference data",
        ),
        (
            f"{X} {PROV}wasInvalidatedBy> <https://example.org/e> .",
            "ttl",
            "is withdrawn or no longer valid",
        ),
        (
            f"{X} <http://purl.org/dc/terms/dateAccepted> '2026' .",
            "ttl",
            "may not state when editors reviewed",
        ),
        (
            f"{X} <https://w3id.org/gcmgraph/ontology#countedAs> {X} .",
            "ttl",
            "as which practice a practice is counted",
        ),
        (
            f"{X} <http://www.w3.org/2004/02/skos/core#editorialNote> 'x'@en .",
            "ttl",
            "nor write a note of the editors",
        ),
        (f"{X} {PROV}invalidatedAtTime> '2026' .", "ttl", "is withdrawn or no longer valid"),
        (f"{X} {PROV}qualifiedInvalidation> [] .", "ttl", "is withdrawn or no longer valid"),
        (
            f"<https://example.org/e> {PROV}invalidated> {X} .",
            "ttl",
            "is withdrawn or no longer valid",
        ),
    ],
)
def test_refused_statement_is_reported_with_its_line(turtle: str, suffix: str, said: str) -> None:
    statements = read_statements(Content((PREFIXES + turtle).encode(), f"x.{suffix}"))
    (result,) = refused(statements, ADDRESSES)
    assert said in (result.messages.best("en") or "")
    assert result.messages.best("fr") != result.messages.best("en")
    assert result.place.line == PREFIXES.count("\n") + 1


@pytest.mark.parametrize("address", SPELLINGS)
def test_other_spelling_of_an_own_address_is_refused(address: str) -> None:
    for turtle in (
        f"{X} dct:source <{address}id/country/PHL> .",
        f"<{address}id/country/PHL> dct:title 'x'@en .",
    ):
        (result,) = refused(
            read_statements(Content((PREFIXES + turtle).encode(), "x.ttl")), ADDRESSES
        )
        assert result.component.value.endswith("#contribution-rule")
        assert "spelling that is not ours" in (result.messages.best("en") or "")


@pytest.mark.parametrize("address", FOREIGN)
def test_address_of_others_at_our_host_is_allowed(address: str) -> None:
    turtle = f"{X} dct:source <{address}id/country/PHL> ."
    assert not list(
        refused(read_statements(Content((PREFIXES + turtle).encode(), "x.ttl")), ADDRESSES)
    )


def test_own_host_in_punycode_is_recognized() -> None:
    assert is_own_address_misspelt("https://xn--bcher-kva.example/id/x", "https://bücher.example/")
    assert not is_own_address_misspelt("https://xn--a.example/id/x", "https://bücher.example/")


def test_refusal_names_the_property_unless_the_subject_is_the_mistake() -> None:
    for turtle, property_ in (
        (f"practice:{'x' * 200} dct:title 'x'@en .", None),
        (f"{X} dct:source <https://w3id.org./gcmgraph/id/country/PHL> .", "dct:source"),
        ("<https://example.org/afg> a gcm:Country .", "rdf:type"),
    ):
        (result,) = refused(
            read_statements(Content((PREFIXES + turtle).encode(), "x.ttl")), ADDRESSES
        )
        assert result.path == (Predicate(IRI(ADDRESSES.expand(property_))) if property_ else None)


def test_unknown_class_of_a_published_resource_is_refused() -> None:
    said = read_statements(
        Content((PREFIXES + f"{X} a gcm:Practise . country:AFG a gcm:Practise .").encode(), "x.ttl")
    )
    (result,) = refused(said, ADDRESSES, is_term=lambda term: not term.value.endswith("Practise"))
    assert "may not describe this resource" in (result.messages.best("en") or "")


@pytest.mark.parametrize(
    "turtle",
    [
        "practice:x dct:title 'A'@en .",
        "<https://w3id.org/gcmgraph/id/practice/x#funding> a schema:MonetaryGrant .",
        "organisation:new-one a gcm:Organisation .",
        "<https://example.org/report> a gcm:SourceDocument . [] a gcm:SourceDocument .",
        "<https://example.org/passage> a gcm:Passage . <https://example.org/evidence> a gcm:Evidence .",
        f"<https://example.org/c> a {SKOS}Concept> ; {SKOS}inScheme> <https://example.org/list> .",
        "[] a gcm:Practice .",
        "practice:x dct:relation [ dct:relation [ dct:title 'A part of a part'@en ] ], (1 2 (3)) .",
        "practice:x dct:relation _:shared . practice:y dct:relation _:shared .",
        "practice:x dct:source <https://w3id.org/gcmgraph-of-others/id/country/PHL>, <https://w3id.org/> .",
        "practice:x dct:source <https://w3id.org.example.org/gcmgraph/id/a>, <https://münchen.example/%41> .",
        f"<https://example.org/a> {PROV}wasInvalidatedBy> <https://example.org/e> .",
        "practice:x dct:description 'Tabs\\t, ends of lines\\n and 😀'@en .",
    ],
)
def test_permitted_statements_are_not_refused(turtle: str) -> None:
    assert (
        list(refused(read_statements(Content((PREFIXES + turtle).encode(), "x.ttl")), ADDRESSES))
        == []
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (Content(b"", "x.ttl"), "no statement"),
        (Content(b"<http://a/b> <http://a/c> <d> .", "x.ttl"), "valid Turtle"),
        (Content(b"a,b", "x.unknown"), "in which format"),
        (Content(b"\xe9", "x.ttl"), "not UTF-8"),
        (Content(b"<!DOCTYPE x><x/>", "x.rdf"), "DOCTYPE"),
        (Content(b'{"@context": "https://example.org/c", "@id": "x"}', "x.jsonld"), "JSON-LD"),
        (Content(b"[" * 100_000, "x.ttl"), "valid Turtle"),
        (Content(b"x" * (MAX_BYTES + 1), "x.ttl"), "the limit is"),
        (Content(b"[] <http://a/b> [] .\n" * BLANK_NODES, "x.ttl"), "blank nodes"),
    ],
)
def test_unreadable_content_is_refused_with_its_reason(content: Content, said: str) -> None:
    with pytest.raises(GcmGraphError, match=said):
        read_statements(content)


def test_blank_nodes_become_parts_of_the_contribution() -> None:
    statements = read_statements(Content(b"_:a <http://a/b> _:c . _:c <http://a/b> _:a .", "x.ttl"))
    quads = stored_form(statements, "01ARZ3NDEKTSV4RRFFQ69G5FAV", ADDRESSES)
    assert not any(isinstance(term, BlankNode) for quad in quads for term in quad)
    assert quads[0].subject == quads[1].object
    assert quads[0].object == quads[1].subject


def test_file_is_stored_under_a_safe_name() -> None:
    for name, kept in (
        ("report.xlsx", "report.xlsx"), ("../../etc/passwd", "passwd"), ("..", "contribution"),
        ("C:\\a\\Mes données.ttl", "Mes-données.ttl"), ("移" * 96 + ".ttl", "移" * 65 + ".ttl"),
        ("a" * 300 + ".xlsx", "a" * 195 + ".xlsx"),
    ):  # fmt: skip
        assert file_name(name) == kept


def test_token_is_valid_until_its_revocation(tmp_path: Path) -> None:
    tokens = Tokens(Database(tmp_path))
    agent, text = tokens.create(Role.CURATOR, "A Curator", "https://example.org/curator")
    assert tokens.holder(text) == agent
    assert not any(
        text[-43:].encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()
    )
    changed = text[:-1] + ("A" if text[-1] != "A" else "B")
    for wrong in ("", changed, text + "x", f"gcm_000000000000_{text[-43:]}", "é" * 60):
        assert tokens.holder(wrong) is None
    tokens.revoke(agent.token)
    assert tokens.holder(text) is None
    assert tokens.all()[0].revoked is not None
    assert tokens.create(Role.CURATOR, " a\nb\t c\r\n", "https://a.example/")[0].name == "a b c"


def test_token_for_an_invalid_holder_is_refused(tmp_path: Path) -> None:
    names = [(name, "https://example.org/") for name in ("", "a\x01b", "caf\udce9")]
    for name, iri in (*names, ("A", "javascript:alert(1)"), ("A", "http://a b/")):
        with pytest.raises(ContributionError):
            Tokens(Database(tmp_path)).create(Role.CONTRIBUTOR, name, iri)


def test_full_disk_is_reported_and_stores_nothing(desk: Desk) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (0, limits[1])
    )  # as on a full disk, every write fails
    try:
        with pytest.raises(LedgerError, match="cannot be written"):
            desk.service.submit(practice(), Envelope("A"), desk.sender)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert desk.ledger.identifiers() == []
    assert desk.sent(practice()).state == "submitted"


def test_reading_stops_at_the_limit() -> None:
    def flood() -> Iterator[Quad]:
        for _ in range(BLANK_NODES + 1):
            yield Quad(IRI("http://e/s"), IRI("http://e/p"), BlankNode())
        raise AssertionError("read beyond the limit")

    with pytest.raises(ContributionError, match="more than 2,000 blank nodes"):
        require_few(flood(), "x.ttl")


PRACTICES = (
    "title [en],title [fr],description [en],objective,country,partner organisation,source\n"
    "Mobile desk,Guichet mobile,A desk on wheels that visits villages.,9,France,Office of Desks,https://example.org/r\n"
)
ORGANISATIONS = "name [en],name [fr],acronym [en]\nOffice of Desks,Office des guichets,OFD\n"


def zipped(files: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def read(data: bytes) -> list[Content]:
    return list(unpacked([Content(data, "all.zip")]))


def test_files_of_an_archive_are_read_in_order_without_those_of_systems() -> None:
    files = {
        "a/": "",
        "a/p.csv": "1",
        "__MACOSX/a/._p.csv": "x",
        "a/.DS_Store": "x",
        "Thumbs.db": "x",
        "q.ttl": "2",
    }
    assert [(one.name, one.data) for one in read(zipped(files))] == [
        ("a/p.csv", b"1"),
        ("q.ttl", b"2"),
    ]


def test_files_are_packed_into_one_archive() -> None:
    files = [
        Content(b"1", "a/p.csv"),
        Content(b"2", "b\\p.csv"),
        Content(b"3", "c.ttl", "text/turtle"),
    ]
    one = packed(files)
    assert packed(files) == one
    assert media_type_of(one) == "application/zip"
    assert [(each.name, each.data) for each in read(one.data)] == [
        ("p.csv", b"1"),
        ("p-2.csv", b"2"),
        ("c.ttl", b"3"),
    ]
    assert packed(files[:1]) is files[0]


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("/", ["file", "file-2"]),
        ("x" * 70_000 + ".csv", ["x" * 196 + ".csv", "x" * 194 + "-2.csv"]),
    ],
)
def test_files_with_unusable_names_are_packed(name: str, members: list[str]) -> None:
    archive = packed([Content(b"1", name), Content(b"2", name)])
    assert [each.name for each in read(archive.data)] == members


def _rewritten(data: bytes, local: int, central: int, value: bytes) -> bytes:
    """A ZIP file with a value at an offset of both of its records."""
    changed = bytearray(data)
    for mark, at in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        start = changed.index(mark) + at
        changed[start : start + len(value)] = value
    return bytes(changed)


#: Flag of a password, and a size of one byte.
PASSWORD, SMALLER = (6, 8, b"\1"), (22, 24, b"\1\0\0\0")


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: b"PK\x03\x04 nothing", "The ZIP file cannot be read: BadZipFile."), (lambda: b"", "cannot be read"),
        (lambda: zipped({"p.csv": "x" * 99})[:60], "cannot be read"), (lambda: zipped({}), "has no files in it"),
        (lambda: zipped({"a/inner.ZIP": zipped({"p.csv": "1"})}), "another ZIP file in it: 'a/inner.ZIP'"),
        (lambda: zipped({f"{n}.csv": "1" for n in range(MEMBERS + 1)}), "has 101 files; the limit is 100"),
        (lambda: zipped({"zeros.csv": bytes(MAX_BYTES + 1)}), "more than 10,485,760 bytes when they are unpacked"),
        (lambda: zipped({f"{n}.csv": bytes(MAX_BYTES // 4) for n in range(5)}), "when they are unpacked"),
        (lambda: _rewritten(zipped({"p.csv": "1"}), *PASSWORD), "'p.csv' in the ZIP file is protected by a password"),
        (lambda: _rewritten(zipped({"p.csv": "x" * 99}), *SMALLER), "cannot be read"),
        (lambda: zipped({"p.csv": "1"}, zipfile.ZIP_BZIP2), "'p.csv' in the ZIP file is compressed by another method"),
        (lambda: zipped({"p.csv": "1"}, zipfile.ZIP_LZMA), "by another method than Deflate"),
        (lambda: zipped({"p.csv": "1"}).replace(b"p.csv", b"\0.csv"), "cannot be read"),
    ],
)  # fmt: skip
def test_unsafe_archive_is_refused_with_its_reason(made: Callable[[], bytes], said: str) -> None:
    with pytest.raises(ContributionError, match=said.replace("(", r"\(")) as raised:
        read(made())
    assert str(raised.value.place) == "all.zip"


def test_paths_in_archives_write_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert [one.name for one in read(zipped({"../../p.csv": "1", "/etc/q.csv": "2", "a\x01b.csv": "3"}))] == [
        "../../p.csv", "/etc/q.csv", "a?b.csv"
    ]  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_files_of_an_archive_refer_to_each_other(desk: Desk) -> None:
    content = Content(
        zipped({"practice.csv": PRACTICES, "organisation.csv": ORGANISATIONS}), "all.zip"
    )
    sent = desk.service.submit(content, Envelope("Desks"), desk.sender)
    assert sent.contribution is not None, sent.verdict
    assert sent.contribution.submission.media_type == "application/zip"
    assert desk.service.accept(sent.contribution.id, desk.curator, "Right.").state is State.ACCEPTED
    wrong = (
        PRACTICES.replace("France", "Frrance")
        .replace("Mobile desk", "Desk")
        .replace("Guichet mobile", "Guichet")
    )
    verdict = desk.service.visitors.check(
        Request(Content(zipped({"a/practice.csv": wrong}), "all.zip"))
    )
    assert not verdict.conforms
    assert {
        result["place"]["source"] for result in verdict.results if result["level"] == "violation"
    } == {"a/practice.csv"}


def test_archive_is_validated_on_the_command_line(small_store: Path, tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(
        zipped({"practice.csv": PRACTICES, "organisation.csv": ORGANISATIONS})
    )
    (tmp_path / "nested.zip").write_bytes(zipped({"all.zip": (tmp_path / "all.zip").read_bytes()}))
    for name, options, status, said in (
        ("all.zip", (), 0, ""),
        ("nested.zip", (), 2, "The ZIP file has another ZIP file in it"),
        ("all.zip", ("--as", "shapes"), 2, "The suffix '.zip'"),
    ):
        result = run("validate", tmp_path / name, *options, "--store", small_store)
        assert (result.exit_code, said in result.stderr) == (status, True), result.output
