"""SSSOM mapping sets: metadata, reader, writer.

- `metadata`: the metadata block of an SSSOM TSV file: YAML behind `#`, at the head of the file
- `reader`: link sets: SSSOM TSV files as quads, and each as a void:Linkset
- `writer`: proposals as SSSOM TSV, in the form that `linking.sssom.reader` reads
"""
