"""Where countries are, as shapes to draw; pages show them, nothing in the graph depends on them.

- `world`: the shapes, and which part of the world a map of some countries shows
- `world.json`: the shapes, made by `make world` from Natural Earth (public domain); see `docs/maps.md`
- `make_world`: makes them: `topology` reads, `union` unites, `simplify` thins out, `antimeridian` cuts,
  `projection` flattens, `outline` writes
"""
