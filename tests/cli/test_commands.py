"""The command line: the installed program with real files, its exit statuses, and messages of `gcmgraph mcp`."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from disks import disk
from gcmgraph.cli.contribution import contribution
from gcmgraph.cli.feedback import feedback
from gcmgraph.cli.group import COMMANDS, main
from gcmgraph.cli.link import link
from gcmgraph.cli.serve import answer_lines
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings, environment_name
from gcmgraph.web.http.limits import MAX_BODY
from gcmgraph.web.mcp.protocol import McpServer
from program import PROGRAM
from program import run as run_program
from program import run_here as run
from servers import free_port
from shared import copy_store

ROOT = Repository.find().root
PAGE = ROOT / "data" / "sources" / "objective-09.fr.md"


@pytest.fixture
def store(small_store: Path) -> Path:
    return small_store


#: Every command; of one that is a group, every command in it.
EVERY_COMMAND = [name for name in COMMANDS if name not in ("contribution", "feedback", "link")] + [
    *(f"contribution {name}" for name in contribution.commands),
    *(f"feedback {name}" for name in feedback.commands),
    *(f"link {name}" for name in link.commands),
]


def test_every_command_is_listed_and_takes_a_store() -> None:
    listed = run("--help").stdout
    assert [
        name
        for name, (_, text) in COMMANDS.items()
        if name not in listed or text.split()[0] not in listed
    ] == []
    for command in EVERY_COMMAND:
        result = CliRunner().invoke(main, [*command.split(), "--help"], prog_name="gcmgraph")
        assert result.exit_code == 0
        if command != "demo":  # reads no settings
            assert "--store" in result.output, command
        assert f"Usage: gcmgraph {command}" in result.output


def test_output_of_an_extract_in_the_syntax_of_the_suffix(
    tmp_path: Path, small_repository: Repository
) -> None:
    root, files = ("--root", small_repository.root), [tmp_path / "page.trig", tmp_path / "page.nq"]
    first = run("extract", PAGE, *root)
    assert first.stdout.startswith("@prefix ")
    assert [run("extract", PAGE, "--out", file, *root).exit_code for file in files] == [0, 0]
    assert files[0].read_text("utf-8") == first.stdout
    assert files[1].read_text("utf-8").startswith("<https://")
    result = run("validate", files[0], "--as", "dataset", "--store", tmp_path / "none", *root)
    assert result.exit_code == 0, result.output


def test_error_of_a_document_that_cannot_be_read(
    tmp_path: Path, small_repository: Repository
) -> None:
    page, out = tmp_path / "page.md", tmp_path / "out.ttl"
    other = b"The quick brown fox and the lazy dog are in the house of the man that is with us."
    for content, says in (
        (None, "cannot be read"),
        ("Café".encode("latin-1"), "not UTF-8"),
        (other, "guidance page"),
    ):
        if content is not None:
            page.write_bytes(content)
        result = run("extract", page, "--out", out, "--root", small_repository.root)
        assert result.exit_code == 1
        assert says in result.stderr
        assert "page.md" in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1
        assert set(tmp_path.iterdir()) <= {page}


def test_error_of_arguments_that_are_not_utf_8(tmp_path: Path, store: Path) -> None:
    ledger = ("--contributions", tmp_path / "ledger")
    token = run(
        "contribution", "create-token", "contributor", "A", "https://example.org/", *ledger
    ).stdout.strip()
    latin = b"caf\xe9".decode(errors="surrogateescape")
    file = tmp_path / f"{latin}.ttl"
    file.write_bytes(b"")
    result = run_program(
        "contribution", "submit", file, "--title", latin, "--token", token, *ledger
    )
    assert result.returncode == 1
    assert result.stderr.startswith("The title holds")
    assert len(result.stderr.splitlines()) == 1
    named = run_program(
        "contribution", "submit", file, "--title", "A", "--token", token, *ledger, "--store", store
    )
    assert "caf\ufffd.ttl" in named.stderr


def test_line_of_a_finding_and_of_a_syntax_error(tmp_path: Path, store: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(
        "@prefix gcm: <https://w3id.org/gcmgraph/ontology#> .\n"
        "@prefix dct: <http://purl.org/dc/terms/> .\n"
        "<https://w3id.org/gcmgraph/id/practice/x> a gcm:Practice ;\n"
        '  dct:title "A title"@en .\n',
        "utf-8",
    )
    result, as_json, french = (
        run("validate", data, "--store", store, *options)
        for options in ((), ("--format", "json"), ("--language", "fr"))
    )
    assert {result.exit_code, as_json.exit_code, french.exit_code} == {1}
    assert f"{data}:3" in result.stdout
    assert json.loads(as_json.stdout)
    assert french.stdout != result.stdout
    data.write_text("<a> <b\n", "utf-8")
    broken = run("validate", data, "--store", store)
    assert (broken.exit_code, broken.stderr.count("\n")) == (2, 1)
    assert f"{data}:1" in broken.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux, which has /dev/full")
@pytest.mark.parametrize("arguments", [("validate", "--help"), ("extract", PAGE)])
def test_error_of_output_that_cannot_be_written(arguments: tuple[object, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [str(PROGRAM), *map(str, arguments)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=ROOT,
        )
    assert (result.returncode, result.stderr) == (
        2,
        "The output cannot be written: No space left on device.\n",
    )


def test_query_by_name_and_by_file(tmp_path: Path, store: Path) -> None:
    named = run("query", "practices-by-country", "country=AFG", "--store", store)
    assert named.exit_code == 0, named.stderr
    assert "(1 row)" in named.stdout
    file = tmp_path / "count.rq"
    file.write_text("SELECT (COUNT(*) AS ?n) WHERE { ?p a gcm:Practice }", "utf-8")
    as_json = run("query", file, "--format", "json", "--store", store)
    assert json.loads(as_json.stdout)["results"]["bindings"][0]["n"]["value"] == "10"


def test_error_of_a_wrong_query(store: Path) -> None:
    for arguments, says in (
        (("practices-by-contry",), "practices-by-country"),
        (("practices-by-country", "country=Phillipines"), "country"),
        (("nothing.rq",), "nothing.rq: The file cannot be read: No such file or directory.\n"),
        (
            (f"{ROOT}/queries/objectives.rq", "x=y"),
            "objectives.rq' has no parameter 'x'. It takes none.",
        ),
        (
            ("un-target-texts",),
            "joins this graph with another endpoint, and nothing here asks others. Run it in",
        ),
    ):
        result = run("query", *arguments, "--store", store)
        assert result.exit_code == 1
        assert says in result.stderr


def test_refusal_of_a_query_as_by_the_server(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "asked.rq"
    none = "<http://example.org/none>"
    for query, says, form in (
        (
            "SELECT * { SERVICE <http://127.0.0.1:9/sparql> { ?s ?p ?o } }",
            "SERVICE is not available here",
            "json",
        ),
        (
            "SELECT (<http://example.org/f>(1) AS ?x) {}",
            "could not be evaluated: The custom function",
            "json",
        ),
        (f"SELECT * FROM {none} {{ ?s ?p ?o }}", f"There is no graph {none}", "table"),  # noqa: S608 - SPARQL
        (f"ASK {'{' * 3000}{'}' * 3000}", "The query is nested too deeply.", "table"),
    ):
        file.write_text(query, "utf-8")
        result = run("query", file, "--format", form, "--store", store)
        assert result.exit_code == 1
        assert says in result.stderr
        assert len(result.stderr.splitlines()) == 1
        assert result.stdout == ""


def test_store_before_and_after_a_load(tmp_path: Path) -> None:
    data, store = tmp_path / "own.ttl", tmp_path / "store"
    data.write_text('<https://example.org/a> <https://example.org/b> "c" .', "utf-8")
    empty = run("query", "practices-by-country", "--store", store)
    assert (empty.exit_code, "gcmgraph build" in empty.stderr) == (1, True)
    result = run("load", data, "--graph", "https://example.org/g", "--store", store)
    assert result.exit_code == 0, result.stderr
    asked = tmp_path / "ask.rq"
    asked.write_text('ASK { GRAPH <https://example.org/g> { ?s ?p "c" } }', "utf-8")
    assert run("query", asked, "--store", store).stdout == "true\n"


def test_store_of_another_base_is_refused(store: Path) -> None:
    for command in (["query", "objectives"], ["serve", "--port", str(free_port())]):
        done = run(*command, "--store", store, "--base", "https://example.org/other/")
        assert (done.exit_code, done.stdout) == (1, "")
        said = "was built for the base <https://w3id.org/gcmgraph/>, not for <https://example.org/other/>"
        assert said in done.stderr


def test_hint_of_a_usage_error() -> None:
    for arguments, sentence in (
        (["qurey", "objectives"], "No such command 'qurey'. Did you mean 'query'?"),
        (["xyz"], "No such command 'xyz'.\n"),
        (
            ["contribution", "accept", "X", "--reason", "x"],
            "Missing option '--token' (env var: 'GCMGRAPH_TOKEN').",
        ),
    ):
        result = run(*arguments)
        assert (result.exit_code, sentence in result.stderr) == (2, True), result.stderr


def test_order_of_flag_environment_and_settings_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gcmgraph.toml").write_text('store = "from-file"\nport = 9000\n', "utf-8")
    file = tmp_path / "gcmgraph.toml"
    assert Settings.read({}, file).store == "from-file"
    assert (
        Settings.read({environment_name("store"): "from-environment"}, file).store
        == "from-environment"
    )
    monkeypatch.chdir(tmp_path)
    result = run(
        "query", "x", "--store", "from-flag", "--root", ROOT, GCMGRAPH_STORE="from-environment"
    )
    assert "from-flag" in result.stderr
    for toml, says in (
        ("prot = 1", "Unknown setting 'prot'"), ('port = "many"', "whole number"), ("port = [", "not valid TOML")
    ):  # fmt: skip
        file.write_text(toml, "utf-8")
        wrong = run("build", "--root", ROOT)
        assert wrong.exit_code == 1
        assert says in wrong.stderr
        assert "gcmgraph.toml" in wrong.stderr


@pytest.mark.exhaustive
def test_build_on_a_full_disk_exits_2(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", "3m") as folder:
        done = run_program("build", "--store", folder / "store")
    assert done.returncode == 2
    assert (
        done.stderr
        == f"The store folder {folder}/store cannot be written: No space left on device.\n"
    )


PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


def test_error_of_an_invalid_line() -> None:
    long = json.dumps({**PING, "params": {"x": "y" * 3 * MAX_BODY}}).encode()
    lines = b"\n".join(
        (b"{", b"\xff", json.dumps([PING] * 10_000).encode(), long, b"", json.dumps(PING).encode())
    )
    written = io.BytesIO()
    answer_lines(McpServer([], []), io.BytesIO(lines), written)
    found = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [one.get("error", {}).get("code") for one in found] == [
        -32700,
        -32700,
        -32600,
        -32600,
        None,
    ]
    assert found[-1]["result"] == {}


PRACTICE = """
@prefix gcm: <https://w3id.org/gcmgraph/ontology#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://w3id.org/gcmgraph/id/practice/desk> a gcm:Practice ; dct:title "Desk"@en ; dct:description "X"@en ;
gcm:objective <https://w3id.org/gcmgraph/id/objective/9> ; dct:source "X, 2018" ;
gcm:country <https://w3id.org/gcmgraph/id/country/AFG> .
"""


def test_contribution_from_submission_to_withdrawal(
    small_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gcmgraph.contributions.version_derivation.write_files", lambda *_: None)
    store, file = tmp_path / "store", tmp_path / "desk.ttl"
    copy_store(small_store, store)
    file.write_text(PRACTICE, "utf-8")

    def run(*arguments: object, exit_code: int = 0) -> Result:
        result = CliRunner().invoke(
            main,
            ["contribution", *map(str, arguments), "--contributions", str(tmp_path / "box")],
            env={"GCMGRAPH_STORE": str(store)},
        )
        assert result.exit_code == exit_code, result.output
        return result

    token, curator = (
        run("create-token", role, "A Name", f"https://example.org/{role}").stdout.strip()
        for role in ("contributor", "curator")
    )
    sent = [
        run("submit", file, "--title", title, "--token", token).stdout.strip()
        for title in ("One", "Two")
    ]
    assert [line.split()[:2] for line in run("list").stdout.splitlines()] == [
        [one, "submitted"] for one in sent
    ]
    assert (
        run("comment", sent[0], "Which year?", "--token", curator).stdout
        == f"{sent[0]}: submitted\n"
    )
    assert (
        run("reject", sent[1], "--reason", "Twice.", "--token", curator).stdout
        == f"{sent[1]}: rejected\n"
    )
    refused = run("accept", sent[0], "--reason", "Good.", "--token", token, exit_code=1)
    assert refused.stderr.count("\n") == 1
    assert (
        run("accept", sent[0], "--reason", "Good.", "--token", curator).stdout
        == f"{sent[0]}: accepted\n"
    )
    history, _, turtle = run("show", sent[0]).stdout.partition("\n\n")
    assert [line.split()[2] for line in history.splitlines()[1:]] == ["sent", "comment", "accept"]
    assert 'dct:title "Desk"@en' in turtle
    assert (
        run("withdraw", sent[0], "--reason", "Ended.", "--token", token).stdout
        == f"{sent[0]}: withdrawn\n"
    )
    assert run("list", "--state", "rejected").stdout.startswith(f"{sent[1]}  rejected")
    listed = [json.loads(line) for line in run("list", "--json").stdout.splitlines()]
    assert [(one["id"], one["state"], one["title"]) for one in listed] == [
        (sent[0], "withdrawn", "One"), (sent[1], "rejected", "Two"),
    ]  # fmt: skip
    identifier = run("list-tokens").stdout.split()[0]
    assert run("revoke-token", identifier).stdout == f"Token {identifier} is revoked.\n"
    assert f"{identifier}  contributor  revoked" in run("list-tokens").stdout
    file.write_text(PRACTICE.replace("dct:source", "dct:source 1 ; dct:sourc"), "utf-8")
    wrong = run("submit", file, "--title", "Three", "--token", curator, exit_code=1)
    assert "Nothing was stored." in wrong.stderr
