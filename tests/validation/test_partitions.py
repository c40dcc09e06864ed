"""The example in the docstring of `Partitions`."""

from __future__ import annotations

from random_graphs import ex, parsed

from gcmgraph.validation.distinctions import ShapeDistinctions
from gcmgraph.validation.graphs import DatasetIndex
from gcmgraph.validation.partitions import Partitions
from gcmgraph.validation.rules import Shapes

SHAPES = """
:PracticeShape sh:targetClass :Practice ;
    sh:property [ sh:path :startDate ; sh:maxCount 1 ; sh:datatype xsd:gYear ] ;
    sh:property [ sh:path :title ; sh:minCount 1 ; sh:maxLength 100 ; sh:datatype rdf:langString ] .
"""
PRACTICES = """
:a a :Practice ; :startDate "2018"^^xsd:gYear ; :title "School meals"@en .
:b a :Practice ; :startDate "2021"^^xsd:gYear ; :title "Radio in the camp"@en .
:c a :Practice ; :title "Legal aid"@en .
:d a :Practice ; :startDate "2018"^^xsd:gYear, "2021"^^xsd:gYear ; :title "Legal aid"@en .
"""


def test_nodes_that_no_shape_distinguishes_have_one_signature() -> None:
    distinctions = ShapeDistinctions(Shapes(tuple(parsed(SHAPES))))
    partitions = Partitions(DatasetIndex(parsed(PRACTICES)), distinctions)
    assert partitions.all == {
        frozenset({0, 1, 2, 3}): [ex("a"), ex("b")],
        frozenset({0, 1, 3}): [ex("c")],
        frozenset({0, 1, 2, 3, (2, 2)}): [ex("d")],
    }
