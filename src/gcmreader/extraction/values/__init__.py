"""Values in text: amounts, currencies, periods, events.

- `amounts`: the budget of a practice: `12 millions d'euros` is 12000000 EUR
- `currencies`: currencies as texts write them: by sign, code, or name, to ISO 4217 codes
- `periods`: start and end of a practice, in the precision of the text, and dated events within it
"""
