"""GCM Graph: the UN Global Compact for Migration as linked data."""


def __getattr__(name: str) -> str:
    """`__version__`, when it is asked for: reading it takes a third of the time in which a query process starts."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import version  # noqa: PLC0415

    return version(__name__)
