"""GCM Graph: the UN Global Compact for Migration as linked data."""


def __getattr__(name: str) -> str:
    """Return `__version__`, read on first use: reading takes a third of the start time of a query process."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import version  # noqa: PLC0415

    return version(__name__)
