"""Keys of the forms of a label, by which equal names are found in a label file.

A key is 8 bytes of a digest, to save space. Callers compare the label that a key finds.
"""

from __future__ import annotations

from hashlib import blake2b

from gcmgraph.linking.matching.candidates import as_code, scored
from gcmgraph.linking.matching.names import SHORT, forms, without_a_letter

#: Sorts of forms: a code, a short name with or without one letter, and the forms of a name from close to loose.
CODE, SHORTER = "code", "shorter"
SAME = ("folded", "bag", "compact")


def key(sort: str, form: str) -> int:
    """The key of a form, a signed integer of 64 bits."""
    return int.from_bytes(
        blake2b(f"{sort} {form}".encode("utf-8", "surrogatepass"), digest_size=8).digest(), signed=True
    )


def form_keys(text: str, *, is_code: bool) -> set[int]:
    """The keys of all forms of a label."""
    if is_code:
        return {key(CODE, as_code(text))}
    formed = forms(text)
    if not formed.folded:
        return set()
    keys = {key(sort, form) for sort, (form, _) in zip(SAME, scored(formed), strict=True)}
    if len(formed.compact) <= SHORT:
        keys.update(key(SHORTER, shorter) for shorter in without_a_letter(formed.compact))
    return keys
