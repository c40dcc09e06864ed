"""Notices over HTTP: the state of their queue."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from desk_over_http import Served
from sqlalchemy import delete, insert

from gcmgraph.contributions.tables import NOTICES

PAGE = {"Accept": "text/html"}


def queue(desk: Served, contribution: object, age: timedelta, *, failed: bool = False) -> None:
    """Add a notice to the queue that was added some time ago."""
    added = datetime.now(UTC) - age
    values = {"event": 1, "added": added, "due": added, "tries": 0, "error": "", "failed": failed}
    with desk.database.writing() as rows:
        rows.execute(insert(NOTICES).values(contribution=contribution, **values))


def test_queue_of_notices_in_metrics_and_on_the_page_of_curators(desk: Served) -> None:
    contribution = desk.send("queued").json["id"]
    queue(desk, contribution, timedelta(minutes=5))
    queue(desk, contribution, timedelta(days=3), failed=True)
    before = desk.ask("/contributions/review?lang=en", token=desk.curator, **PAGE).body.decode()
    queue(desk, contribution, timedelta(hours=2))
    after = desk.ask("/contributions/review?lang=en", token=desk.curator, **PAGE).body.decode()
    metrics = desk.ask("/metrics").body.decode()
    with desk.database.writing() as rows:
        rows.execute(delete(NOTICES))
    empty = desk.ask("/metrics").body.decode()
    assert ["Notices by e-mail have waited since" in page for page in (before, after)] == [False, True]
    assert 'gcmgraph_notices{state="waiting"} 2\n' in metrics
    assert 'gcmgraph_notices{state="failed"} 1\n' in metrics
    (age,) = re.findall(r"^gcmgraph_notices_oldest_seconds (\d+)$", metrics, re.MULTILINE)
    assert 7200 <= int(age) < 7260
    assert "\ngcmgraph_notices_oldest_seconds 0\n" in empty
