"""Work in processes of their own: limits, and the frames that parent and child exchange."""
