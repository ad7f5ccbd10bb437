"""The checkpoints of a VM as a tree, however it comes from the host."""

from collections.abc import Iterable

import networkx as nx
import pytest

from hvtree.domain.model import VirtualMachine
from hvtree.domain.tree import CheckpointTree
from hvtree.values import replace
from tests.support.trees import EPOCH, id_of, vm


def names(machine: VirtualMachine, ids: Iterable[str]) -> list[str]:
    return [machine.by_id[each].name for each in ids]


def test_it_walks_parents_before_children_and_branches_in_one_piece() -> None:
    machine = vm("base(p1(p2 p3) p4*)")

    assert names(machine, machine.tree.walk()) == ["base", "p1", "p2", "p3", "p4"]


def test_siblings_are_in_order_of_creation_then_of_id() -> None:
    machine = vm("base*(a b c)")
    late, same, same_again = (machine.by_id[id_of("vm", name)] for name in "abc")
    shuffled = [
        machine.checkpoints[0],
        replace(late, created_utc=late.created_utc.replace(year=2030)),
        replace(same_again, created_utc=EPOCH),
        replace(same, created_utc=EPOCH),
    ]

    tree = CheckpointTree(shuffled, None)

    assert tree.children(id_of("vm", "base")) == (*sorted([same.id, same_again.id]), late.id)


def test_it_knows_the_way_to_now_and_each_subtree() -> None:
    machine = vm("base(p1(p2*(p3)) p4)")
    tree = machine.tree

    assert names(machine, tree.now_path) == ["base", "p1", "p2"]
    assert names(machine, tree.subtree(id_of("vm", "p1"))) == ["p1", "p2", "p3"]
    assert tree.parent(id_of("vm", "base")) is None
    assert names(machine, tree.children(None)) == ["base"]
    assert len(tree) == 5
    assert id_of("vm", "p4") in tree


def test_a_parent_that_is_not_there_makes_a_root() -> None:
    machine = vm("base(p1*)")
    orphan = replace(machine.checkpoints[1], parent_id="gone")

    assert CheckpointTree([orphan], orphan.id).roots == (orphan.id,)


def test_an_impossible_tree_is_a_value_error() -> None:
    base, p1 = vm("base(p1*)").checkpoints

    with pytest.raises(ValueError, match="circle"):
        CheckpointTree([replace(base, parent_id=p1.id), p1], None)
    with pytest.raises(ValueError, match="Two checkpoints"):
        CheckpointTree([base, base], None)
    with pytest.raises(ValueError, match="does not exist"):
        CheckpointTree([base], "gone")


def test_its_graph_cannot_be_changed() -> None:
    with pytest.raises(nx.NetworkXError):
        vm("base*").tree.graph.add_node("x")


def test_ten_thousand_levels_are_walked_without_recursion() -> None:
    machine = vm("base*" + "".join(f"(p{number}" for number in range(10_000)) + ")" * 10_000)

    assert len(list(machine.tree.walk())) == 10_001
    assert len(machine.tree.path(id_of("vm", "p9999"))) == 10_001
