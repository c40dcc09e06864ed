"""Builder of the world map: `make world` (see `docs/interface.md`).

- `build`: writes `world.json` and the background of maps
- `topology` reads areas, `union` unites them, `simplify` removes points, `antimeridian` cuts rings
- `outline` writes paths of points that `gcmgraph.web.visualisation.world` projects
- `package.json`, `package-lock.json`: the atlas, from npm
"""
