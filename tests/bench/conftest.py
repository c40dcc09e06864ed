"""What the tests of `bench/` share: a small synthetic graph.

`bench` lies in the repository's root.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.layout import Repository

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from bench.synthetic import Synthetic  # noqa: E402


@pytest.fixture(scope="session")
def fifty(repository: Repository) -> Synthetic:
    return Synthetic(50, 1, repository, Addresses())
