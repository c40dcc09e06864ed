"""Maps, networks and figures.

- `routes`: /map, /network and /coverage, as drawings and tables, and as SVG files; /statistics and /compare
- `drawings`: maps of pages, drawings of networks, and of the objectives with their actions
- `figures`: figures of countries, objectives and datasets, as series, tables and charts
- `timeline`: timelines of practices
"""
