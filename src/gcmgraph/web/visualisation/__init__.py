"""Maps and networks.

- `routes`: /map, /network and /coverage, as drawings and tables, and as SVG files
- `drawings`: maps of pages, and drawings of networks
"""
