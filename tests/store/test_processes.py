"""Worker processes and forked jobs: deadlines, limits, and every way in which they end."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gcmgraph.errors import GcmGraphError, Place, StoreError
from gcmgraph.processes import KilledError, Worker, run_in_fork

MODULE = """
import os, time
from gcmgraph.processes import serve, start_arguments

def answer(head, body):
    time.sleep(head.get("sleep", 0))
    if head.get("die"):
        os._exit(3)
    return {"retiring": head.get("last", False), "arguments": arguments}, body * head.get("times", 1)

channel, arguments = start_arguments()
serve(channel, answer)
"""

#: Seconds within which everything here happens, on a busy machine, too.
PATIENCE = 60.0


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Worker]]:
    (tmp_path / "answering_module.py").write_text(MODULE, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    started: list[Worker] = []

    def worker(*arguments: str) -> Worker:
        started.append(Worker("answering_module", *arguments))
        return started[-1]

    yield worker
    for process in started:
        process.close()
        assert not process.alive


def soon() -> float:
    return time.monotonic() + PATIENCE


def test_requests_of_a_worker(start: Callable[..., Worker]) -> None:
    worker = start("a", "b")
    for times in (1, 200_000):
        head, body = worker.exchange(f'{{"seconds": 30, "times": {times}}}'.encode(), b"body", soon())
        assert head == b'{"retiring": false, "arguments": ["a", "b"]}'
        assert body == b"body" * times
    assert worker.alive


def test_deadline_of_a_request(start: Callable[..., Worker]) -> None:
    worker = start()
    worker.exchange(b'{"seconds": 30}', b"", soon())
    with pytest.raises(TimeoutError):
        worker.exchange(b'{"seconds": 30, "sleep": 60}', b"", time.monotonic() + 0.2)
    assert worker.alive


@pytest.mark.parametrize("request_", [b'{"seconds": 30, "die": true}', b'{"seconds": -0.9, "sleep": 60}'])
def test_death_and_own_limit_of_a_worker(start: Callable[..., Worker], request_: bytes) -> None:
    worker = start()
    with pytest.raises((EOFError, ConnectionError)):
        worker.exchange(request_, b"", soon())
    worker.wait(soon())
    assert not worker.alive


def test_retiring_worker(start: Callable[..., Worker]) -> None:
    worker = start()
    assert worker.exchange(b'{"seconds": 30, "last": true}', b"body", soon())[1] == b"body"
    worker.wait(soon())
    assert not worker.alive


def test_deadline_of_waiting(start: Callable[..., Worker]) -> None:
    worker = start()
    worker.wait(time.monotonic() + 0.2)
    assert not worker.alive


def test_result_of_a_job() -> None:
    here = os.getpid()
    assert run_in_fork(lambda: str(os.getppid())) == str(here)


def test_error_of_a_job() -> None:
    def fail() -> str:
        raise StoreError("No.", place=Place("a", 1, 2), hint="Try.")

    with pytest.raises(GcmGraphError) as caught:
        run_in_fork(fail)
    error = caught.value
    assert (error.message, error.place, error.hint) == ("No.", Place("a", 1, 2), "Try.")


def test_job_ended_by_a_signal() -> None:
    def die() -> str:
        os.kill(os.getpid(), signal.SIGKILL)
        return ""

    with pytest.raises(KilledError) as caught:
        run_in_fork(die)
    assert caught.value.signal == signal.SIGKILL


def test_exit_status_of_a_job(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run_in_fork(lambda: str(1 // 0))
    assert caught.value.code == 1
    assert "ZeroDivisionError" in capfd.readouterr().err
