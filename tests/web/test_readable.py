"""Values as people write them, in the language of the page."""

from __future__ import annotations

import pytest

from gcmgraph.model.terms import typed
from gcmgraph.web.i18n import readable


@pytest.mark.parametrize(
    ("value", "datatype", "language", "shown"),
    [
        ("12000000", "integer", "en", "12,000,000"),
        ("2018", "integer", "en", "2018"),
        ("2018-02-03", "date", "fr", "3 février 2018"),
        ("2018-02-30", "date", "fr", "2018-02-30"),
        ("2023-03", "gYearMonth", "en", "March 2023"),
        ("2026-11-24T19:30:04Z", "dateTime", "es", "24 de noviembre de 2026, 19:30:04 UTC"),
        ("2026-11-24T19:30:04", "dateTime", "es", "2026-11-24T19:30:04"),  # nobody knows where
        ("2026-99-24T19:30:04Z", "dateTime", "es", "2026-99-24T19:30:04Z"),
        ("9" * 5000 + "Z", "dateTime", "es", "9" * 5000 + "Z"),
    ],
)
def test_values_are_readable_and_no_more_precise_than_they_are(
    value: str, datatype: str, language: str, shown: str
) -> None:
    assert readable(typed(value, datatype), language) == shown
