"""The dataset: its description, downloads, versions and link sets.

- `routes`: addresses of all views of this room
- `description`: /dataset and /.well-known/void, in DCAT 3, schema.org and VoID
- `tables`: /tables/…, as CSV with CSVW, Parquet and Croissant
- `link_sets`: /linksets, size and last check of the link sets to other datasets
- `file_contents`: sizes and checksums of the files in the catalogue
- `facts`: facts about the dataset that pages and documents share
- `versions`: /changes and /dataset/{version}: each version and its changes
- `downloads`: /dumps/…: files of each version
- `version_json`: versions and their files in JSON
"""
