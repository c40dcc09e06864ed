"""A small site, exported once."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.settings import Settings
from gcmgraph.web.export.export import ExportResult, export_site


@pytest.fixture(scope="session")
def exported(
    store_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, ExportResult]:
    """Return the folder of an export of the small graph, and what it came to."""
    folder = tmp_path_factory.mktemp("export") / "site"
    return folder, export_site(Settings(store=str(store_folder)), folder)
