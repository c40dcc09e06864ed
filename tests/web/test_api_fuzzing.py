"""Requests generated from /openapi.json: no response is an internal error or differs from its description."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from desk_over_http import headers_of
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.errors import Unsatisfiable

from serving import Application
from shared import copy_store

#: Examples of each operation, in each of the two kinds of data (that conform to the description, and that do not).
#: `make fuzz EXAMPLES=N` makes more.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "3"))

#: What is compared with the description of a response, in the names of schemathesis.
CHECKS = ("status_code", "content_type", "response_headers", "response_schema")

SEED = 20261127


@pytest.mark.exhaustive
def test_responses_are_as_described(small_store: Path, tmp_path: Path, application: Application) -> None:
    import schemathesis  # noqa: PLC0415 - it takes a second
    from schemathesis import GenerationMode  # noqa: PLC0415
    from schemathesis.checks import CHECKS as KNOWN  # noqa: PLC0415
    from schemathesis.checks import load_all_checks  # noqa: PLC0415

    load_all_checks()
    checks = [KNOWN.get_one(f"{name}_conformance") for name in CHECKS]
    copy_store(small_store, tmp_path / "store")
    app = application(tmp_path / "store", contributions=str(tmp_path), query_timeout=1)
    headers = {**headers_of(str(tmp_path)), "Accept-Encoding": "identity"}
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    failed: dict[str, str] = {}

    def ask(case: Any) -> None:
        try:
            response = case.call(headers=headers)
        except Exception as error:  # noqa: BLE001 - of the application
            failed.setdefault(f"{case.method} {case.path}", f"{error!r}: {case.as_curl_command()}")
            return
        later = response.status_code == 503 and "retry-after" in response.headers
        if response.status_code >= 500 and not later:
            failed.setdefault(f"{case.method} {case.path}", f"{response.status_code}: {case.as_curl_command()}")
        elif not later:
            try:
                case.validate_response(response, checks=checks)
            except BaseExceptionGroup as error:  # of all deviations
                failed.setdefault(f"{case.method} {case.path}", str(error))

    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 40
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            cases = operation.as_strategy(generation_mode=mode)
            few = settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
            with suppress(Unsatisfiable):  # what has no parameter cannot be wrong
                seed(SEED)(few(given(case=cases)(ask)))()
    assert not failed, "\n".join(failed.values())
