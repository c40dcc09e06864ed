"""Contributions: form, template, validation, submission and review.

- `blueprints`: services for contributions, and the blueprints that use them
- `submission`: /contributions: instructions, submission for review, list of contributions
- `desk`: desk of curators: queue, page of a contribution, preview
- `review`: /contributions/{id}: state of a contribution, and the decisions on it
- `invitation`: /contributions/invitation/{code}: the token of an invitation
- `browser_token`: /contributions/token: the token in a cookie of a browser
- `changes`: changes by a contribution, property by property
- `documents`: types of the JSON documents
- `listing`: lists of contributions, and parts shared by pages and JSON documents
- `feedback`: /feedback: remarks of readers, and their answers
- `remarked`: page or statement of a remark
- `form`: /contributions/form/{kind}: a form for a practice or an organisation
- `form_fields`: fields of a form, from the columns of a sheet
- `suggest`: /suggest: suggestions for the text of a practice
- `template`: /contributions/template.xlsx and .csv: the template of spreadsheets
- `validation`: /validate: validation without storage
- `reports`: formats and texts of validation reports
"""
