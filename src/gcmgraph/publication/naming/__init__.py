"""Labels of resources, and the keys by which names are found."""
