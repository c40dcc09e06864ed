"""Threads up to a limit, none of which is waited for."""

from __future__ import annotations

import threading

import pytest

from gcmgraph.web.connections.threads import Threads
from processes import until


def test_tasks_beyond_the_limit_are_refused_and_threads_are_used_again() -> None:
    threads, go = Threads(3, "test"), threading.Event()
    names: list[int] = []

    def task() -> None:
        names.append(threading.get_ident())
        go.wait(10)

    assert [threads.run(task) for _ in range(5)] == [True, True, True, False, False]
    assert threads.crowded
    until(lambda: len(names) == 3)
    go.set()
    until(lambda: not threads.crowded)
    assert threads.run(task)
    until(lambda: len(names) == 4)
    assert names[3] in names[:3]


def test_a_task_that_fails_takes_no_thread_from_others(monkeypatch: pytest.MonkeyPatch) -> None:
    threads, done = Threads(1, "test"), threading.Event()
    failures: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", failures.append)
    assert threads.run(lambda: 1 / 0)
    until(lambda: threads.run(done.set))
    assert done.wait(10)
    until(lambda: len(failures) == 1)
    assert failures[0].exc_type is ZeroDivisionError


def test_idle_threads_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gcmgraph.web.connections.threads.IDLE", 0.05)
    threads, ran = Threads(2, "ends when idle"), threading.Event()
    assert threads.run(ran.set)
    assert ran.wait(10)
    until(lambda: not any(thread.name == "ends when idle" for thread in threading.enumerate()))
    ran.clear()
    assert threads.run(ran.set)
    assert ran.wait(10)
