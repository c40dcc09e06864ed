"""Settings: what a number may be, wherever it is given."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from gcmgraph.errors import SettingsError
from gcmgraph.settings import Settings, environment_name, flag_name

NUMBERS = {field.name: field.metadata["least"] for field in fields(Settings) if isinstance(field.default, int)}


@pytest.mark.parametrize(("name", "least"), NUMBERS.items())
def test_number_below_the_minimum_is_refused(tmp_path: Path, name: str, least: int) -> None:
    file, low = tmp_path / "gcmgraph.toml", least - 1
    file.write_text(f"{name} = {low}\n", "utf-8")
    given = {
        str(file): lambda: Settings.read({}, file),
        environment_name(name): lambda: Settings.read({environment_name(name): str(low)}, tmp_path),
        flag_name(name): lambda: Settings.read({}, tmp_path, {name: low}),
    }
    for place, read in given.items():
        with pytest.raises(SettingsError) as caught:
            read()
        said = str(caught.value)
        assert said.startswith(f"{place}: The setting '{name}' must be ")
        most = Settings.__dataclass_fields__[name].metadata["most"]
        assert said.endswith(f" from {least} to {most}, not {low}." if most else f" {least} or more, not {low}.")


@pytest.mark.parametrize(("name", "least"), NUMBERS.items())
def test_the_least_number_is_taken(tmp_path: Path, name: str, least: int) -> None:
    assert getattr(Settings.read({environment_name(name): str(least)}, tmp_path), name) == least


def test_what_0_turns_off_may_be_0() -> None:
    quotas = {f"quota_{what}" for what in ("contributions", "comments", "failures", "feedback")}
    zero = {name for name, least in NUMBERS.items() if least == 0}
    assert zero == {"keep_versions", "result_cache", *quotas}


def test_a_port_has_a_greatest_number(tmp_path: Path) -> None:
    assert Settings.read({}, tmp_path, {"port": 65_535}).port == 65_535
    with pytest.raises(SettingsError, match=r"^--port: The setting 'port' must be from 1 to 65535, not 65536\.$"):
        Settings.read({}, tmp_path, {"port": 65_536})


def test_a_flag_wins_over_the_environment(tmp_path: Path) -> None:
    assert Settings.read({"GCMGRAPH_QUERY_ROWS": "5"}, tmp_path, {"query_rows": 7}).query_rows == 7


def test_unknown_variables_of_the_environment_are_ignored(tmp_path: Path) -> None:
    removed = {"GCMGRAPH_STORE_TIMEOUT": "7", "GCMGRAPH_CHECK_MEMORY": "many"}
    assert Settings.read(removed, tmp_path) == Settings.read({}, tmp_path)


def test_file_not_in_utf8_is_refused_with_line(tmp_path: Path) -> None:
    file = tmp_path / "gcmgraph.toml"
    file.write_bytes('port = 80\nstore = "café"\n'.encode("latin-1"))
    with pytest.raises(SettingsError) as caught:
        Settings.read({}, file)
    assert str(caught.value) == f"{file}:2: Byte 0xE9 is not UTF-8. Save the file as UTF-8."


def test_a_file_may_begin_with_the_mark_of_windows(tmp_path: Path) -> None:
    file = tmp_path / "gcmgraph.toml"
    file.write_text('store = "café"\r\n', "utf-8-sig", newline="")
    assert Settings.read({}, file).store == "café"
