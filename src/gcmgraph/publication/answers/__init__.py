"""Results of named queries that are computed ahead.

- `cache`: answers to the named queries of a large version, kept beside its index: who asks first does not wait for
  them
- `worker`: prepare the answers of a version that is served already, in a process of its own: `python -m … FOLDER ROOT
  BASE`
"""
