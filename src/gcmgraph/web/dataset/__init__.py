"""The dataset: its description, downloads, versions and link sets.

- `routes`: /dataset, /tables/…, /linksets, /.well-known/void: descriptions, tables as CSV with CSVW and Croissant
- `versions`: /changes, /dataset/{version} and /dumps/…: changes of each version, and its downloads
"""
