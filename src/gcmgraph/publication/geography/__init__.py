"""Shapes of countries. Pages show them; nothing in the graph depends on them.

- `world`: the shapes, and the part of the world that a map of some countries shows
- `world.json`: the shapes, built by `make world` from Natural Earth (public domain); see `docs/maps.md`
"""
