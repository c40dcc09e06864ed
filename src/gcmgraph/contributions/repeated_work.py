"""Work that one process of a server repeats in a thread, as long as the process lasts."""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

from gcmgraph.platform.errors import GcmGraphError
from gcmgraph.platform.files import locked
from gcmgraph.store.store_folder import StoreFolder

_LOG = logging.getLogger(__name__)

#: Seconds between two checks for work that is due.
INTERVAL_SECONDS = 1.0

#: Seconds before each attempt after a failure; the last one repeats.
PAUSES = (2.0, 5.0, 15.0, 60.0)


@dataclass
class RepeatedWork(ABC):
    """Work on a store that is done as soon as it is due, and tried again after failures."""

    #: name of the thread, and of the file of the store folder that its process locks
    name: ClassVar[str]
    #: message for the log, to which the reason of a failure is added
    failure: ClassVar[str]
    store: StoreFolder
    #: the reason of the last failure, which is logged once
    reason: str = field(default="", init=False)

    @abstractmethod
    def work(self) -> None:
        """Do what is due, if anything. Raises `GcmGraphError` where that fails."""

    def catch_up(self) -> bool:
        """Do what is due: whether that succeeded. A new reason of a failure is logged."""
        try:
            self.work()
        except GcmGraphError as error:
            if str(error) != self.reason:
                _LOG.error("%s: %s", self.failure, error)
            self.reason = str(error)
            return False
        self.reason = ""
        return True

    def run_once(self) -> bool:
        """Do what is due, and what a class does besides each time: whether the former succeeded."""
        return self.catch_up()

    def keep_up(self) -> None:
        """Repeat the work in a thread; one process of this server does at a time."""
        threading.Thread(target=self._run, name=self.name, daemon=True).start()

    def _run(self) -> None:
        with (self.store.path / self.name).open("w") as lock:
            while not locked(lock):
                time.sleep(INTERVAL_SECONDS)
            failures = 0
            while True:
                pause = INTERVAL_SECONDS
                if failures:
                    pause = PAUSES[min(failures, len(PAUSES)) - 1]
                time.sleep(pause)
                failures = 0 if self.run_once() else failures + 1
