"""Results of named queries that are computed ahead."""
