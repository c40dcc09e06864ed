"""Labels of resources, and the keys by which names are found.

- `labels`: what a thing is called, in the language asked for or the next best, and which language that is
- `name_keys`: keys of the forms of a label, by which a name that is the same is found in a file of labels
"""
