"""GCM Graph: the UN Global Compact for Migration as linked data."""

from importlib.metadata import version as _installed_version

__version__ = _installed_version("gcmgraph")
