"""View models of the pages of resources, one module a kind. Templates of the same names are in `templates/kinds`.

- `registry`: the template and the view model of each kind
- `practice`: who, where, when, how much, for whom, results
- `objective`: its actions with their practices, SDG targets, countries
- `action`: its text, the practices that support it
- `organisation`: the practices that it leads, supports as a partner, or funds
- `country`: practices by the role of the country, treaties, objectives without a practice
- `target`: objectives that name an SDG goal or target, practices that state it
- `instrument`: its parties, the actions and practices that name it
- `documents`: the pages of source documents on which practices are described
- `document`: the practices that a source document describes
- `box`: rows of a fact box, with the statements that they show
- `quantities`: amounts of money and numbers of people in words
- `cards`: practices as cards, with the address of the whole list
- `wordings`: texts of the Compact, and what other editions word differently
- `context`: a resource in one dataset version and one language, for view models
"""
