"""Where countries are, as shapes to draw; pages show them, nothing in the graph depends on them.

- `antimeridian`: rings cut where they cross the meridian of 180 degrees: the map's left and right edge
- `make_world`: make `world.json` and the background of maps: `make world` (see `docs/maps.md`)
- `outline`: rings on a grid of whole numbers, and the text of an SVG path that draws them
- `projection`: the Equal Earth projection: areas keep their proportions, and shapes look right
- `simplify`: lines with fewer points: those go first that matter least
- `topology`: areas whose borders are shared lines: the part of TopoJSON that the atlas uses
- `union`: areas made one: the borders between them go
- `world`: the shapes of countries, and which part of the world a map of some of them shows
"""
