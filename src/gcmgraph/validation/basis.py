"""Rules that data are checked against."""

from __future__ import annotations

from enum import StrEnum


class Basis(StrEnum):
    """Rules that data are checked against, from most to least."""

    #: the verdict of a submission
    CONTRIBUTION = "contribution"
    #: the shapes and the checks of every dataset, for data of the operator
    DATASET = "dataset"
    #: the shapes alone, for data that are not sent here
    SHAPES = "shapes"
