"""Keys of the forms of a label, by which a name that is the same is found in a file of labels.

Short forms are many and long ones long, so each is kept as 8 bytes of its digest; who finds a label compares it.
"""

from __future__ import annotations

from hashlib import blake2b

from gcmgraph.linking.matching.candidates import as_code, scored
from gcmgraph.linking.matching.names import SHORT, forms, without_a_letter

#: What a form is: a code, one of the forms of a name from close to loose, a short name with or without one letter.
CODE, SHORTER = "code", "shorter"
SAME = ("folded", "bag", "compact")


def key(sort: str, form: str) -> int:
    """The key of a form, a whole number of 64 bits with a sign."""
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
