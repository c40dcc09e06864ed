"""The store that a command works on."""

from __future__ import annotations

from pathlib import Path

from gcmgraph.errors import StoreError
from gcmgraph.settings import Settings
from gcmgraph.store.versions import StoreFolder


def store_folder(settings: Settings) -> StoreFolder:
    """The store folder of the settings. Raises `StoreError` for a URL: remote stores are not built yet."""
    if settings.store.startswith(("http://", "https://")):
        raise StoreError(
            f"The store {settings.store} is a URL; SPARQL servers cannot be used as a store yet.",
            hint="Give --store a folder.",
        )
    return StoreFolder(Path(settings.store))
