"""Maps, networks and figures.

- `routes`: /map, /network and /coverage, as drawings and tables, and as SVG files; /statistics
- `pictures`: values of the templates of these drawings
- `world`: projection, shapes of countries, sections of maps; `maps`: countries by practices, maps of resources
- `networks`: drawings of networks of organisations; `coverage`: objectives with their actions
- `figures`: figures of a dataset version, as observations, series and rankings; `charts`: charts of a country and an
  objective; `flows`: map of migration from and to a country; `corridors`: all origins or destinations of an area
- `chosen_figures`: what a request chooses of a dataset; `figure_pictures`: map, lines and bars of it;
  `figure_tables`: CSV and XLSX; `figure_archive`: ZIP
- `findings`: headlines of charts
- `timeline`: timelines of practices
"""
