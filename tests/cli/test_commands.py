"""The command line as a user meets it: the installed program, real files, exit statuses."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from disks import disk
from gcmgraph.cli.contribution import contribution
from gcmgraph.cli.feedback import feedback
from gcmgraph.cli.group import COMMANDS, main
from gcmgraph.cli.link import link
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings, environment_name
from program import PROGRAM, run

ROOT = Repository.find().root
PAGE = ROOT / "data" / "sources" / "objective-09.fr.md"
MINIMAL = """Objectif 9

Actions connexes

- a. **Promouvoir** la ratification du Protocole dans tous les pays

Exemples de pratiques

Une pratique pour les migrants

{text}

Objectifs de développement durable pertinents

ODD 10: Inégalités réduites

■**{target}:** Faciliter la migration et la mobilité de façon ordonnée
"""


@pytest.fixture
def store(built_store: Path) -> Path:
    return built_store


def test_help_lists_every_command() -> None:
    result = run("--help")
    assert result.returncode == 0
    for name, text in COMMANDS.items():
        assert name in result.stdout
        assert text.split()[0] in result.stdout


#: Every command; of one that is a group, every command in it.
EVERY_COMMAND = [name for name in COMMANDS if name not in ("contribution", "feedback", "link")] + [
    *(f"contribution {name}" for name in contribution.commands),
    *(f"feedback {name}" for name in feedback.commands),
    *(f"link {name}" for name in link.commands),
]


@pytest.mark.parametrize("command", EVERY_COMMAND)
def test_every_command_has_help_and_takes_a_store(command: str) -> None:
    result = CliRunner().invoke(main, [*command.split(), "--help"], prog_name="gcmgraph")
    assert result.exit_code == 0
    assert "--store" in result.output
    assert f"Usage: gcmgraph {command}" in result.output


def test_extract_writes_what_validate_accepts(tmp_path: Path) -> None:
    out = tmp_path / "page.trig"
    assert run("extract", PAGE, "--out", out).returncode == 0
    result = run("validate", out, "--as", "dataset", "--store", tmp_path / "none")
    assert result.returncode == 0, result.stdout + result.stderr


def test_extract_gives_the_same_output_every_time_and_by_suffix(tmp_path: Path) -> None:
    first = run("extract", PAGE)
    assert first.returncode == 0
    assert first.stdout == run("extract", PAGE).stdout
    assert first.stdout.startswith("@prefix ")
    out = tmp_path / "page.nq"
    assert run("extract", PAGE, "--out", out).returncode == 0
    assert out.read_text("utf-8").startswith("<https://")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("Café".encode("latin-1"), "not UTF-8"),
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary"),
        (
            b"The quick brown fox and the lazy dog are in the house of the man that is with us.",
            "neither a guidance page",
        ),
        ("Os gatos e uma casa dos homens que não se vão pelo mundo, como os outros.".encode(), "language"),
        (b"x" * 50_000_000, "larger than"),
        (MINIMAL.format(text="L'OIM a lancé en 2018 un projet.", target="16.99").encode(), "16.99 is no SDG target"),
        (
            MINIMAL.format(text="L'OIM a mis en œuvre ce projet (2022-2018).", target="10.7").encode(),
            "before it starts",
        ),
    ],
)
def test_a_bad_document_gets_one_clear_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    page, out = tmp_path / "page.md", tmp_path / "out.ttl"
    page.write_bytes(content)
    result = run("extract", page, "--out", out)
    assert result.returncode == 1
    assert says in result.stderr
    assert "page.md" in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == [page]


def test_words_that_are_not_utf_8_get_one_clear_sentence(tmp_path: Path, store: Path) -> None:
    ledger = ("--contributions", tmp_path / "ledger")
    token = run("contribution", "create-token", "contributor", "A", "https://example.org/", *ledger).stdout.strip()
    latin = b"caf\xe9".decode(errors="surrogateescape")
    file = tmp_path / f"{latin}.ttl"
    file.write_bytes(b"")
    result = run("contribution", "submit", file, "--title", latin, "--token", token, *ledger)
    assert result.returncode == 1
    assert result.stderr.startswith("The title holds")
    assert len(result.stderr.splitlines()) == 1
    named = run("contribution", "submit", file, "--title", "A", "--token", token, *ledger, "--store", store)
    assert "caf\ufffd.ttl" in named.stderr


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    result = run("extract", tmp_path / "nothing.md")
    assert result.returncode == 1
    assert "nothing.md" in result.stderr
    assert "Traceback" not in result.stderr


def test_validate_names_the_line_and_exits_1(tmp_path: Path, store: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(
        "@prefix gcm: <https://w3id.org/gcmgraph/ontology#> .\n"
        "@prefix dct: <http://purl.org/dc/terms/> .\n"
        "<https://w3id.org/gcmgraph/id/practice/x> a gcm:Practice ;\n"
        '  dct:title "A title"@en .\n',
        "utf-8",
    )
    result = run("validate", data, "--store", store)
    assert result.returncode == 1
    assert f"{data}:3" in result.stdout
    as_json = run("validate", data, "--store", store, "--format", "json")
    assert as_json.returncode == 1
    assert json.loads(as_json.stdout)
    french = run("validate", data, "--store", store, "--language", "fr")
    assert french.returncode == 1
    assert french.stdout != result.stdout


def test_validate_of_what_does_not_parse_exits_2(tmp_path: Path, store: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text("<a> <b\n", "utf-8")
    result = run("validate", data, "--store", store)
    assert result.returncode == 2
    assert f"{data}:1" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux, which has /dev/full")
@pytest.mark.parametrize("arguments", [("--help",), ("validate", "--help"), ("extract", PAGE)])
def test_output_that_cannot_be_written_is_told(arguments: tuple[object, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [str(PROGRAM), *map(str, arguments)], stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT
        )
    assert (result.returncode, result.stderr) == (2, "The output cannot be written: No space left on device.\n")


def test_query_by_name_by_file_and_from_standard_input(tmp_path: Path, store: Path) -> None:
    named = run("query", "practices-by-country", "country=AFG", "--store", store)
    assert named.returncode == 0, named.stderr
    assert "(1 row)" in named.stdout
    file = tmp_path / "count.rq"
    file.write_text("SELECT (COUNT(*) AS ?n) WHERE { ?p a gcm:Practice }", "utf-8")
    as_json = run("query", file, "--format", "json", "--store", store)
    assert json.loads(as_json.stdout)["results"]["bindings"][0]["n"]["value"] == "116"


def test_a_query_that_joins_with_another_endpoint_gives_our_part_and_says_so(store: Path) -> None:
    result = run("query", "un-areas", "--format", "csv", "--store", store)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("country,language,endpoint,iso3,")
    assert "Results of this graph only" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("practices-by-contry",), "practices-by-country"),
        (("practices-by-country", "country=Phillipines"), "country"),
        (("nothing.rq",), "nothing.rq: The file cannot be read: No such file or directory.\n"),
        (("queries/objectives.rq", "x=y"), "The query 'queries/objectives.rq' has no parameter 'x'. It takes none."),
        (("un-target-texts", "endpoint=http://127.0.0.1:9/sparql"), "queries no other endpoint"),
    ],
)
def test_a_wrong_query_is_answered_with_what_to_mend(store: Path, arguments: tuple[str, ...], says: str) -> None:
    result = run("query", *arguments, "--store", store)
    assert result.returncode == 1
    assert says in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1:9/sparql> { ?s ?p ?o } }", "SERVICE is not available here"),
        ("SELECT (<http://example.org/f>(1) AS ?x) {}", "The query could not be evaluated: The custom function"),
        ("SELECT * FROM <http://example.org/none> { ?s ?p ?o }", "There is no graph <http://example.org/none> here"),
        (f"ASK {'{' * 3000}{'}' * 3000}", "The query is nested too deeply."),
    ],
)
@pytest.mark.parametrize("form", [(), ("--format", "json")])
def test_a_query_that_the_server_refuses_is_refused_in_the_same_words(
    store: Path, tmp_path: Path, query: str, says: str, form: tuple[str, ...]
) -> None:
    file = tmp_path / "asked.rq"
    file.write_text(query, "utf-8")
    result = run("query", file, *form, "--store", store)
    assert result.returncode == 1
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


def test_load_adds_a_dataset_of_ones_own(tmp_path: Path) -> None:
    data, store = tmp_path / "own.ttl", tmp_path / "store"
    data.write_text('<https://example.org/a> <https://example.org/b> "c" .', "utf-8")
    result = run("load", data, "--graph", "https://example.org/g", "--store", store)
    assert result.returncode == 0, result.stderr
    asked = tmp_path / "ask.rq"
    asked.write_text('ASK { GRAPH <https://example.org/g> { ?s ?p "c" } }', "utf-8")
    assert run("query", asked, "--store", store).stdout == "true\n"


def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    result = run("query", "practices-by-country", "--store", tmp_path / "none")
    assert result.returncode == 1
    assert "gcmgraph build" in result.stderr


def test_settings_come_from_flag_environment_and_file_in_that_order(tmp_path: Path) -> None:
    (tmp_path / "gcmgraph.toml").write_text('store = "from-file"\nport = 9000\n', "utf-8")
    file = tmp_path / "gcmgraph.toml"
    assert Settings.read({}, file).store == "from-file"
    assert Settings.read({environment_name("store"): "from-environment"}, file).store == "from-environment"
    result = run(
        "query", "x", "--store", "from-flag", "--root", ROOT, folder=tmp_path, GCMGRAPH_STORE="from-environment"
    )
    assert "from-flag" in result.stderr


@pytest.mark.parametrize(
    ("toml", "says"),
    [("prot = 1", "Unknown setting 'prot'"), ('port = "many"', "whole number"), ("port = [", "not valid TOML")],
)
def test_a_wrong_settings_file_is_named(tmp_path: Path, toml: str, says: str) -> None:
    (tmp_path / "gcmgraph.toml").write_text(toml, "utf-8")
    result = run("build", "--root", ROOT, folder=tmp_path)
    assert result.returncode == 1
    assert says in result.stderr
    assert "gcmgraph.toml" in result.stderr


@pytest.mark.exhaustive
def test_a_build_on_a_full_disk_is_one_sentence_and_status_2(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", "3m") as folder:
        done = run("build", "--store", folder / "store")
    assert done.returncode == 2
    assert done.stderr == f"The store folder {folder}/store cannot be written: No space left on device.\n"
