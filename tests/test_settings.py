"""Settings: what a number may be, wherever it is given."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from gcmgraph.platform.errors import SettingsError
from gcmgraph.settings import Settings, environment_name, flag_name

NUMBERS = {
    field.name: field.metadata["minimum"]
    for field in fields(Settings)
    if isinstance(field.default, int)
}


@pytest.mark.parametrize(("name", "minimum"), NUMBERS.items())
def test_number_below_the_minimum_is_refused(tmp_path: Path, name: str, minimum: int) -> None:
    file = tmp_path / "gcmgraph.toml"
    low = minimum - 1
    file.write_text(f"{name} = {low}\n", "utf-8")
    readers = {
        str(file): lambda: Settings.read({}, file),
        environment_name(name): lambda: Settings.read({environment_name(name): str(low)}, tmp_path),
        flag_name(name): lambda: Settings.read({}, tmp_path, {name: low}),
    }
    for place, read in readers.items():
        with pytest.raises(SettingsError) as caught:
            read()
        message = str(caught.value)
        assert message.startswith(f"{place}: The setting '{name}' must be ")
        maximum = Settings.__dataclass_fields__[name].metadata["maximum"]
        assert message.endswith(
            f" from {minimum} to {maximum}, not {low}."
            if maximum
            else f" {minimum} or more, not {low}."
        )


def test_minimum_of_each_number_is_accepted(tmp_path: Path) -> None:
    for name, minimum in NUMBERS.items():
        assert (
            getattr(Settings.read({environment_name(name): str(minimum)}, tmp_path), name)
            == minimum
        )
    quotas = {f"quota_{what}" for what in ("contributions", "comments", "failures", "feedback")}
    turned_off_by_0 = {name for name, minimum in NUMBERS.items() if minimum == 0}
    assert turned_off_by_0 == {
        "keep_versions",
        "result_cache",
        "reviewers",
        "sparql_endpoint_unlimited",
        *quotas,
    }
    assert Settings.read({}, tmp_path, {"port": 65_535}).port == 65_535
    with pytest.raises(
        SettingsError, match=r"^--port: The setting 'port' must be from 1 to 65535, not 65536\.$"
    ):
        Settings.read({}, tmp_path, {"port": 65_536})
    assert Settings.read({"GCMGRAPH_QUERY_ROWS": "5"}, tmp_path, {"query_rows": 7}).query_rows == 7


#: Wrong values of variables, and the sentences about them. `FILE` is a file, `FOLDER` one that is
#: not a repository.
WRONG = [
    ("BASE", "w3id.org/gcmgraph/", "The base IRI <w3id.org/gcmgraph/> cannot be used. It must be an http(s) IRI"),

    ("STORE", "ftp://example.org/x", "GCMGRAPH_STORE: The setting 'store' must be a folder, or a path at which one"),
    ("STORE", "FILE", "GCMGRAPH_STORE: The setting 'store' must be a folder"),
    ("CONTRIBUTIONS", "FILE/x", "GCMGRAPH_CONTRIBUTIONS: The setting 'contributions' must be a folder"),
    ("IMPORTS", "FILE", "GCMGRAPH_IMPORTS: The setting 'imports' must be a folder"),
    ("SOURCES", "http://example.org/", "GCMGRAPH_SOURCES: The setting 'sources' must be a folder"),

    ("ROOT", "FOLDER", "GCMGRAPH_ROOT: The setting 'root' must be the folder of a repository, with ontology, data"),
    ("ROOT", "FOLDER/missing", "GCMGRAPH_ROOT: The setting 'root' must be the folder of a repository, with"),
    ("PAGE_PICTURES", "FOLDER/missing", "GCMGRAPH_PAGE_PICTURES: The setting 'page_pictures' must be an existing"),
    ("PAGE_PICTURES", "FILE", "GCMGRAPH_PAGE_PICTURES: The setting 'page_pictures' must be an existing folder"),
    ("OPERATOR", "A\nB", "GCMGRAPH_OPERATOR: The setting 'operator' must be a name of one line, not 'A B'."),
    ("OPERATOR", "\r\n", "GCMGRAPH_OPERATOR: The setting 'operator' must be a name of one line, not ''."),

    ("PROXIES", "10.0.0.0/33", "GCMGRAPH_PROXIES: The setting 'proxies' must be IP addresses or networks such as"),

    ("PUBLIC_URL", "data.example.org", "The setting 'public_url' is 'data.example.org', which is not the http(s) URL"),
    ("FEDERATION", "https://x.example/sparql", "GCMGRAPH_FEDERATION: The setting 'federation' was removed. Run"),
    ("CONTACT", "ring us", "GCMGRAPH_CONTACT: The setting 'contact' must be a mail address or an http(s) URL"),
    ("SOURCE_CODE", "javascript:alert(1)", "GCMGRAPH_SOURCE_CODE: The setting 'source_code' must be an http(s) URL"),
    ("PORT", "80a", "GCMGRAPH_PORT: The setting 'port' must be a whole number, not '80a'."),

    ("STORE", "http://localhost:7878/query", "GCMGRAPH_STORE: A dataset in a SPARQL server is not supported any more"),
    ("STORE_ENGINE", "oxigraph", "GCMGRAPH_STORE_ENGINE: A dataset in a SPARQL server is not supported any more"),
    ("STORE_USER", "dba", "GCMGRAPH_STORE_USER: A dataset in a SPARQL server is not supported any more"),
    ("STORE_PASSWORD", "dba", "GCMGRAPH_STORE_PASSWORD: A dataset in a SPARQL server is not supported any more"),
    ("STORE_COPIES", "var", "GCMGRAPH_STORE_COPIES: A dataset in a SPARQL server is not supported any more"),
    ("PUBLISH_TO", "http://localhost/", "The URL http://localhost/ in the setting 'publish_to' does not tell which"),

    ("WORKER", "2", "GCMGRAPH_WORKER: Unknown setting 'worker'. Is it 'workers'?"),
    ("CHECK_MEMORY", "1", "GCMGRAPH_CHECK_MEMORY: Unknown setting 'check_memory'. Is it '"),
    ("NOTHING_SIMILAR", "1", "GCMGRAPH_NOTHING_SIMILAR: Unknown setting 'nothing_similar'. Settings: base, "),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
def test_wrong_value_is_refused_with_a_sentence(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    (tmp_path / "file").touch()
    given = value.replace("FILE", str(tmp_path / "file")).replace("FOLDER", str(tmp_path))
    with pytest.raises(SettingsError) as caught:
        Settings.read({f"GCMGRAPH_{name}": given}, tmp_path)
    assert str(caught.value).startswith(sentence)


def test_variables_of_commands_and_client_are_ignored(tmp_path: Path) -> None:
    given = {"GCMGRAPH_TOKEN": "gcm_x", "GCMGRAPH_URL": "http://localhost/", "GCMGRAPH_CONTACT": ""}
    assert Settings.read(given, tmp_path) == Settings.read({}, tmp_path)


def test_file_that_is_not_utf_8_is_refused_and_a_byte_order_mark_accepted(tmp_path: Path) -> None:
    file = tmp_path / "gcmgraph.toml"
    file.write_bytes('port = 80\nstore = "café"\n'.encode("latin-1"))
    with pytest.raises(SettingsError) as caught:
        Settings.read({}, file)
    assert str(caught.value) == f"{file}:2: Byte 0xE9 is not UTF-8. Save the file as UTF-8."
    file.write_text('store = "café"\r\n', "utf-8-sig", newline="")  # the mark of Windows
    assert Settings.read({}, file).store == "café"
