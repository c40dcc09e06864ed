"""Build the world map: `python -m tools.world_map ATLAS COUNTRIES WORLD_JSON BACKGROUND_SVG`, or `make world`."""

from __future__ import annotations

import sys

from tools.world_map.build import main

main(sys.argv[1:])
