"""Links to other datasets.

- `matching/`: matching of names
- `sssom/`: link sets as SSSOM mapping sets
- `targets/`: datasets to link with, and their entities
- `imports/`: imports of tables, and of files of the UN
- `check`: check of a link set against its target dataset
- `check_record`: the last check of each link set, as a table and as quads
- `propose`: proposals of links, by codes and names
"""
