"""Labels of resources, in the requested language or the next best (`labels`)."""
