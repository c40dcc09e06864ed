"""Links to other people's data.

- `header`: the metadata block at the head of an SSSOM file
- `check_record`: the last check of each link set, as a table and as measurements
- `sssom`: link sets (SSSOM TSV) as quads and as a void:Linkset
- `names`: names in forms in which they can be compared
- `matching`: which known thing a name means: candidates, scores, safe matches
"""
