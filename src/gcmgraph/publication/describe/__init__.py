"""Description of one resource: statements, evidence, provenance, vocabulary.

- `description`: the bounded description of a thing: what is published at `{base}doc/{kind}/{local}`
- `evidence`: which passage of which document says so: the evidence of statements (docs/model.md, "Evidence")
- `graph_notes`: what is recorded about named graphs, and about the columns that reference graphs were made from
- `graph_values`: what one graph says, read once and asked often
- `ontology`: the terms of the ontology as its graph says them: what a class is a kind of, what a property leads from
  and to
- `provenance`: where each statement comes from: a document's words, an editor's judgement, a link, a table, a
  contribution
- `shapes`: the shapes as rules that a contributor can read, with an example of a thing that keeps them and of one
  that does not
- `source_documents`: A source document as it was read: its blocks in the order of the text, and what was read from
  each
- `text_segments`: A text cut where its quotations begin and end, so that each character is written once, however they
  overlap
"""
