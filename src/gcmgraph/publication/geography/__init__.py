"""Map of the world. Pages show it; nothing in the graph depends on it.

- `projection`: the projection of the drawing
- `world`: shapes of countries, and the section of a map
- `world.json`: shapes, built by `make world` from Natural Earth (public domain); see `docs/interface.md`
"""
