"""Text of names, dates and numbers in forms that can be compared and ordered."""
