"""Text of names, dates and numbers in forms that can be compared and ordered.

- `partial_dates`: dates as precise as their source gives them, and the time between two of them
"""
