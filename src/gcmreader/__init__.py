"""The reader of documents: texts of guidance pages for `gcmgraph`, extraction from them, proposals for readings.

The extra `reader` installs what it requires. `gcmgraph` imports it in one function of its command
line only (`gcmgraph.cli.group`), by name: for the commands `extract` and `read`, and for the texts
after a fetch.

- `documents`: PDF, DOCX and HTML to canonical text, and that to blocks
- `lexicon`: wordings by which documents of a language are read
- `extraction`: facts of a document by rules, as statements with evidence
- `readings`: an extraction compared with the reading of its page, drafts and changes of readings
- `cli`: the commands `extract`, `read` and `text`
"""

import pdfminer  # noqa: F401 - fails at once, and by name, where the extra `reader` is not installed
