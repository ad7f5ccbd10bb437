"""Where checkpoints are drawn in a graph."""

from collections import Counter

from hypothesis import given, settings

from hvtree.domain.graph_layout import NOW, lay_out
from hvtree.domain.model import VirtualMachine
from tests.support.machines import machines
from tests.support.trees import vm


def drawn(tree: str) -> list[str]:
    """Return each row as its name behind as many dots as columns are left of it."""
    machine = vm(tree)
    names = {each.id: each.name for each in machine.checkpoints} | {NOW: "Now"}
    return ["." * spot.column + names[spot.id] for spot in lay_out(machine)]


def test_a_chain_stays_in_one_lane() -> None:
    assert drawn("a(b(c*))") == ["a", "b", "c", "Now"]


def test_the_way_to_now_is_the_leftmost_lane() -> None:
    assert drawn("a(b(c) d(e*))") == ["a", ".b", ".c", "d", "e", "Now"]


def test_a_lane_that_has_ended_is_used_again() -> None:
    assert drawn("a(b(c d(e*)))") == ["a", "b", ".c", "d", "e", "Now"]
    assert drawn("a(b(x) c(y d*))") == ["a", ".b", ".x", "c", ".y", "d", "Now"]


def test_a_lane_is_taken_from_the_row_of_the_parent_on() -> None:
    assert drawn("a*(b c)") == ["a", ".b", "..c", "Now"]


def test_without_checkpoints_there_is_only_now() -> None:
    assert drawn("") == ["Now"]


def test_now_without_a_parent_has_a_lane_of_its_own() -> None:
    assert drawn("a(b)") == [".a", ".b", "Now"]


def test_a_thousand_levels_and_a_thousand_siblings_are_laid_out() -> None:
    deep = "base*" + "".join(f"(p{number}" for number in range(1000)) + ")" * 1000
    wide = "base*(" + " ".join(f"p{number}" for number in range(1000)) + ")"

    assert len(lay_out(vm(deep))) == 1002
    assert max(spot.column for spot in lay_out(vm(wide))) == 1000


@given(machines("a"))
@settings(max_examples=100, deadline=None)
def test_no_line_runs_through_another_ones_spot(machine: VirtualMachine) -> None:
    spots = lay_out(machine)

    assert [spot.row for spot in spots] == list(range(len(machine.checkpoints) + 1))
    taken: Counter[tuple[int, int]] = Counter()
    for spot in spots:
        first = spot.row if spot.parent_row is None else spot.parent_row + 1
        taken.update((row, spot.column) for row in range(first, spot.row + 1))
    assert all(count == 1 for count in taken.values())
    assert all(spot.parent_row is None or spot.parent_row < spot.row for spot in spots)
