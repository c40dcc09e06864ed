"""Publishing in a process of its own that does not come to its end."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from gcmgraph.contributions.publishing import PublishProcess
from gcmgraph.errors import StoreError
from gcmgraph.store.port import Location


def test_process_that_ends_without_an_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = set(threading.enumerate())
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(StoreError, match="did not come to its end"):
        PublishProcess(str(tmp_path), Location(str(tmp_path), "https://example.org/"))()
    started = set(threading.enumerate()) - before
    assert all(thread.daemon for thread in started)
    for thread in started:
        thread.join(10)
        assert not thread.is_alive()
