"""data/withdrawn.csv: what is read from it, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gcmgraph.errors import DataError
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.withdrawn import Withdrawal, read_withdrawn

HEADER = "iri,successor,date,reason\n"
OLD = "https://w3id.org/gcmgraph/id/practice/old"


def test_the_repositorys_own_file_is_in_order() -> None:
    file = Repository.find().root / "data" / "withdrawn.csv"
    assert file.is_file()
    read_withdrawn(file, Addresses())


def test_no_file_means_that_nothing_is_withdrawn(tmp_path: Path) -> None:
    assert read_withdrawn(tmp_path / "none.csv", Addresses()) == {}


def test_withdrawals_stand_under_the_base_that_is_served(tmp_path: Path) -> None:
    file = tmp_path / "withdrawn.csv"
    file.write_text(f'{HEADER}{OLD},{OLD}er,2026-11-24,"Twice, by mistake"\n{OLD}est,,2026-11-24,Wrong\n', "utf-8")
    found = read_withdrawn(file, Addresses("https://example.org/g/"))
    old = "https://example.org/g/id/practice/old"
    assert found[old] == Withdrawal(old, f"{old}er", date(2026, 11, 24), "Twice, by mistake")
    assert found[f"{old}est"].successor is None


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("iri,date\n", 1, "first line"),
        (f"{HEADER}{OLD},,2026-11-24\n", 2, "3 cells"),
        (f"{HEADER}https://example.org/x,,2026-11-24,Wrong\n", 2, "no address of a thing"),
        (f"{HEADER}{OLD} x,,2026-11-24,Wrong\n", 2, "not an IRI"),
        (f"{HEADER}{OLD},{OLD},2026-11-24,Wrong\n", 2, "its own successor"),
        (f"{HEADER}{OLD},,24.11.2026,Wrong\n", 2, "not a date"),
        (f"{HEADER}{OLD},,2026-11-24,\n", 2, "without a reason"),
        (f"{HEADER}{OLD},,2026-11-24,a\n{OLD},,2026-11-24,b\n", 3, "twice"),
    ],
)
def test_a_row_that_is_not_in_order_is_told_with_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    file = tmp_path / "withdrawn.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(DataError, match=message) as error:
        read_withdrawn(file, Addresses())
    assert error.value.place is not None
    assert error.value.place.line == line
