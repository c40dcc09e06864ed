"""Text in forms that can be compared and ordered.

- `bidi`: controls of the direction of text
- `folding`: text without case, accents and punctuation
- `nearest`: names similar to one that does not exist
- `ordering`: sort keys
- `partial_dates`: dates of a year, a month or a day, and periods
"""
