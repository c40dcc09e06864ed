"""Links to other people's data.

- `header`: the metadata block at the head of an SSSOM file
- `check_record`: the last check of each link set, as a table and as measurements
- `sssom`: link sets (SSSOM TSV) as quads and as a void:Linkset
- `names`: names in forms in which they can be compared
- `matching`: which known thing a name means: candidates, scores, safe matches
- `match_index`: known names in memory; `extended_names`: those that people shorten to another
- `entities`, `ours`, `targets`, `endpoint`: things with names and codes, from our store, from files, from an endpoint
- `propose`, `write_sssom`: which of ours goes with which of theirs, and that as SSSOM
- `check`: link sets held against their targets
- `imports`: files of the UN that an operator imported, kept and read by every build
- `un_sdg`, `un_treaties`, `un_m49`: what they state here; `mtdsg`: the table of participants of a treaty, from its XML
- `un_files`, `known`: a published file and what is wrong with it; names and codes of the reference data
"""
