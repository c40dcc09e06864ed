"""Contributions: form, template, validation, submission and review; remarks of readers.

- `blueprints`: services for contributions, and the blueprints that use them; tokens of invitations, and the token in a
  cookie of a browser
- `sender`: /validate, /contributions and its template: data checked without storage, or submitted for review
- `form`: /contributions/form/{kind}, a form for a practice or an organisation, and /suggest, suggestions for texts
- `desk`: /contributions/review and /contributions/{id}: queue, page, changes and preview, and the decisions
- `status`: /contributions/status/{code} and /contributions/feed, links and feed of a sender without a token
- `feedback`: /feedback: remarks of readers, and their answers
- `responses`: lists, reports and pages, and the fields of requests
- `documents`: types of the JSON documents
"""
