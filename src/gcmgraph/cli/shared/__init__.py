"""Parts that several commands share.

- `contributions`: what the commands on contributions work on
- `marked`: workbooks with their findings
- `published`: what is published, for commands that work before anything is built, too
- `query_results`: A query's answer as text for the terminal or a file
- `stores`: the store that a command works on
- `suggesting`: texts of practices in files, for suggestions
- `templates`: what `gcmgraph contribution template` writes
"""
