"""Values in text: amounts, currencies, periods, events, outcomes."""
