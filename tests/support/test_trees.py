"""The tree language of the tests says what it seems to say."""

import pytest

from hvtree.domain.checkpoint import CheckpointKind
from hvtree.domain.disks import chains
from tests.support.trees import shape, vm


@pytest.mark.parametrize(
    "line", ["", "base*", "base(p1(p2*) p3)", "a b(c*) d", "a* a(a)", "base*(" + "x(" * 500 + "y" + ")" * 501]
)
def test_a_line_comes_back_as_it_was(line: str) -> None:
    assert shape(vm(line)) == line


def test_marks_stand_for_memory_automatic_and_kind() -> None:
    memory, automatic, recovery = vm("a~*(b!(c:Recovery))").checkpoints

    assert (memory.has_memory, automatic.is_automatic, recovery.kind) == (True, True, CheckpointKind.RECOVERY)


def test_a_vm_has_the_chain_that_hyper_v_would_have_made() -> None:
    machine = vm("a(b* c)")

    assert [len(chain) for chain in chains(machine)] == [3]
    assert machine.checkpoints[0].drives == (machine.files[0].path,)


@pytest.mark.parametrize("line", ["a(", "a)", "(", "*"])
def test_a_line_that_makes_no_sense_is_a_value_error(line: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        vm(line)
