"""The query port and its engines.

- `port`: what every engine offers (`Store`), and the values that queries return
- `embedded`: pyoxigraph, in memory or on disk
- `versions`: a folder of dataset versions, switched at once
"""
