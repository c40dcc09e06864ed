"""Documents and official data files that are fetched, never committed: from a register, verified by hash.

- `register`: the register (`data/sources/register.csv`) as `Source`s, and the selection of some by name
- `present`: the files that are present and verified, and the state of each
- `fetch`: the files that are missing, brought to the folder of the setting `sources`
- `origin`: the port of an origin of files, and how one fails
- `published`, `mirror`, `folder`: its adapters: addresses of the register, another web server, a folder
- `http`: a file by HTTP, resumed; `pip_download`: a member of a package of the Python Package Index
"""
