"""Withdrawn resources: their file, and one clear error for each mistake in a row."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from gcmgraph.platform.errors import DataError
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.csvw import metadata_path
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.withdrawals import Withdrawal, read_withdrawn

WITHDRAWN = "iri,successor,date,reason\n"
OLD = "https://w3id.org/gcmgraph/id/practice/old"


WITHDRAWALS = Repository.find().root / "data" / "withdrawn.csv"


def write_withdrawn(folder: Path, text: str) -> Path:
    """A table of withdrawals with the metadata of the repository."""
    shutil.copy(metadata_path(WITHDRAWALS), folder)
    (folder / WITHDRAWALS.name).write_text(text, "utf-8")
    return folder / WITHDRAWALS.name


def test_iris_of_withdrawals_have_the_base_in_use(tmp_path: Path) -> None:
    file = write_withdrawn(
        tmp_path,
        f'{WITHDRAWN}{OLD},{OLD}er,2026-11-24,"Twice, by mistake"\n{OLD}est,,2026-11-24,Wrong\n',
    )
    withdrawals = read_withdrawn(file, Addresses("https://example.org/g/"))
    old = "https://example.org/g/id/practice/old"
    assert withdrawals[old] == Withdrawal(old, f"{old}er", date(2026, 11, 24), "Twice, by mistake")
    assert withdrawals[f"{old}est"].successor is None


def test_withdrawals_of_the_repository_are_valid() -> None:
    assert len(read_withdrawn(WITHDRAWALS, Addresses())) > 80


def test_missing_file_has_no_withdrawals() -> None:
    assert read_withdrawn(WITHDRAWALS.with_name("none.csv"), Addresses()) == {}


def test_invalid_withdrawal_is_refused_with_line(tmp_path: Path) -> None:
    foreign = "https://example.org/x"
    for rows, message in (
        (f"{OLD},,2026-11-24\n", "The row has 3 cells"),
        (f"{foreign},,2026-11-24,Wrong\n", f"In the column 'iri', '{foreign}' is not of the form"),
        (f"{OLD} x,,2026-11-24,Wrong\n", f"In the column 'iri', '{OLD} x' is not of the form"),
        (f"{OLD},{OLD},2026-11-24,Wrong\n", f"<{OLD}> is its own successor"),
        (
            f"{OLD},,24.11.2026,Wrong\n",
            "In the column 'date', '24.11.2026' is not of the form date",
        ),
        (f"{OLD},,2026-11-24,\n", "The column 'reason' is required and empty"),
        (f"{OLD}er,,2026-11-24,a\n{OLD}er,,2026-11-24,b\n", "The key"),
    ):
        file = write_withdrawn(tmp_path, WITHDRAWN + rows)
        with pytest.raises(DataError, match=f"^{re.escape(str(file))}:[23]: {re.escape(message)}"):
            read_withdrawn(file, Addresses())
