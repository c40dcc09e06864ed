"""data/withdrawn.csv: what is read from it, and what is refused."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from gcmgraph.errors import DataError
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.csvw import metadata_path
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.tables import Withdrawal, read_withdrawn

HEADER = "iri,successor,date,reason\n"
OLD = "https://w3id.org/gcmgraph/id/practice/old"


FILE = Repository.find().root / "data" / "withdrawn.csv"


def write(folder: Path, text: str) -> Path:
    """A table of withdrawals with the metadata of the repository."""
    shutil.copy(metadata_path(FILE), folder)
    (folder / FILE.name).write_text(text, "utf-8")
    return folder / FILE.name


def test_table_of_the_repository_is_read() -> None:
    assert len(read_withdrawn(FILE, Addresses())) > 80
    assert read_withdrawn(FILE.with_name("none.csv"), Addresses()) == {}


def test_withdrawals_have_the_base_in_use(tmp_path: Path) -> None:
    file = write(tmp_path, f'{HEADER}{OLD},{OLD}er,2026-11-24,"Twice, by mistake"\n{OLD}est,,2026-11-24,Wrong\n')
    found = read_withdrawn(file, Addresses("https://example.org/g/"))
    old = "https://example.org/g/id/practice/old"
    assert found[old] == Withdrawal(old, f"{old}er", date(2026, 11, 24), "Twice, by mistake")
    assert found[f"{old}est"].successor is None


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (f"{OLD},,2026-11-24\n", "The row has 3 cells"),
        (
            "https://example.org/x,,2026-11-24,Wrong\n",
            "In the column 'iri', 'https://example.org/x' is not of the form",
        ),
        (f"{OLD} x,,2026-11-24,Wrong\n", f"In the column 'iri', '{OLD} x' is not of the form"),
        (f"{OLD},{OLD},2026-11-24,Wrong\n", f"<{OLD}> is its own successor"),
        (f"{OLD},,24.11.2026,Wrong\n", "In the column 'date', '24.11.2026' is not of the form date"),
        (f"{OLD},,2026-11-24,\n", "The column 'reason' is required and empty"),
        (f"{OLD}er,,2026-11-24,a\n{OLD}er,,2026-11-24,b\n", "The key"),
    ],
)
def test_invalid_withdrawal_is_refused_with_line(tmp_path: Path, rows: str, message: str) -> None:
    file = write(tmp_path, HEADER + rows)
    with pytest.raises(DataError, match=f"^{re.escape(str(file))}:[23]: {re.escape(message)}"):
        read_withdrawn(file, Addresses())
