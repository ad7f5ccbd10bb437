"""Two trees beside each other: which line stands beside which, what is folded, and what a fold keeps to be read."""

from collections.abc import Callable, Collection

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hvtree.domain.edits import Apply, Create, Delete, DeleteSubtree, Rename, SetPower
from hvtree.domain.model import HostState
from hvtree.domain.power import Power
from hvtree.domain.side_by_side import NOW, VM, FoldId, Line, Mark, Pair, aligned, folded, side_by_side
from tests.support.trees import id_of, lab, ref

Edited = Callable[[HostState], HostState]


def chain(length: int) -> str:
    return "(".join(f"c{number}" for number in range(length)) + "*" + ")" * (length - 1)


def lines(before: HostState, after: HostState, opened: Collection[FoldId] = ()) -> tuple[Line, ...]:
    pairs = [Pair(before.vms[vm_id], after.vms[vm_id]) for vm_id in before.vms]
    return folded(side_by_side(pairs), opened)


def drawn(before: HostState, after: HostState, opened: Collection[FoldId] = ()) -> list[str]:
    """Return each line as `now | afterwards`, indented by level; `-` goes, `+` is new, `~` changes."""
    signs = {Mark.SAME: "", Mark.GONE: "-", Mark.NEW: "+", Mark.CHANGED: "~"}
    names = [{each.id: each.name for each in state.all_checkpoints()} for state in (before, after)]

    def side(line: Line, number: int) -> str:
        spot = line.sides[number]
        if spot is None:
            return ""
        named = {**names[number], VM: "vm", NOW: "Now"}[spot.key]
        return ". " * spot.level + signs[spot.mark] + (f"… {line.folded}" if line.folded else named)

    return [f"{side(line, 0)} | {side(line, 1)}".strip(" ") for line in lines(before, after, opened)]


def test_what_is_on_both_sides_stands_on_one_line_and_what_goes_beside_a_gap() -> None:
    state = lab(web="base(p1(p2*) p3)")
    assert drawn(state, Delete((ref(state, "web", "p1"),)).on(state)) == [
        "vm | vm",
        ". base | . base",
        ". . -p1 |",
        ". . . p2 | . . ~p2",
        ". . . . Now | . . . Now",
        ". . p3 | . . p3",
    ]


def test_a_now_that_moves_leaves_its_line_and_arrives_on_another() -> None:
    state = lab(web="base(p1* p2)")
    assert drawn(state, Apply((ref(state, "web", "p2"),)).on(state)) == [
        "vm | vm",
        ". base | . base",
        ". . p1 | . . p1",
        ". . . Now |",
        ". . p2 | . . p2",
        "| . . . ~Now",
    ]


def test_a_new_checkpoint_a_new_name_and_another_state_are_marked_where_they_arrive() -> None:
    state = lab(web="base*")
    assert drawn(state, Create((id_of("web"),), "new").on(state))[2] == "| . . +new"
    assert drawn(state, Rename(ref(state, "web", "base"), "root").on(state))[1] == ". base | . ~root"
    assert drawn(state, SetPower((id_of("web"),), Power.START).on(state))[0] == "vm | ~vm"


def test_a_chain_of_1000_is_a_few_lines_around_its_change() -> None:
    state = lab(web=chain(1000))
    assert drawn(state, Delete((ref(state, "web", "c500"),)).on(state)) == [
        "vm | vm",
        ". … 498 | . … 498",
        ". . c498 | . . c498",
        ". . . c499 | . . . c499",
        ". . . . -c500 |",
        ". . . . . c501 | . . . . ~c501",
        ". . . . . . c502 | . . . . . c502",
        ". . . . . . . c503 | . . . . . . c503",
        ". . . . . . . . … 496 | . . . . . . . … 496",
        ". . . . . . . . . Now | . . . . . . . . Now",
    ]


def test_a_change_in_a_wide_tree_keeps_its_parent_and_its_neighbours() -> None:
    state = lab(web="base(" + " ".join(f"w{number}" for number in range(300)) + " last*)")
    assert drawn(state, DeleteSubtree(ref(state, "web", "w150")).on(state)) == [
        "vm | vm",
        ". base | . base",
        ". . … 148 | . . … 148",
        ". . w148 | . . w148",
        ". . w149 | . . w149",
        ". . -w150 |",
        ". . w151 | . . w151",
        ". . w152 | . . w152",
        ". . … 148 | . . … 148",
        ". . . Now | . . . Now",
    ]


def test_a_small_tree_is_shown_whole() -> None:
    state = lab(web="a(b c d e f g h* i)")
    shown = drawn(state, Rename(ref(state, "web", "i"), "z").on(state))
    assert len(shown) == 11
    assert not any("…" in line for line in shown)


def test_a_fold_that_is_opened_shows_its_lines_at_their_real_depth() -> None:
    state = lab(web=chain(40))
    after = Delete((ref(state, "web", "c38"),)).on(state)
    (fold,) = (line for line in lines(state, after) if line.folded)
    opened = drawn(state, after, {fold.fold_id})
    assert len(opened) == 42
    assert opened[30] == ". " * 30 + "c29 | " + ". " * 30 + "c29"


def test_each_vm_is_folded_by_itself() -> None:
    state = lab(web=chain(30), db=chain(30))
    after = Create((id_of("web"), id_of("db")), "new").on(state)
    folds = [(line.vm, line.folded) for line in lines(state, after) if line.folded]
    assert folds == [(0, 28), (1, 28)]


def test_a_chain_of_20_000_needs_no_recursion() -> None:
    state = lab(web=chain(20_000))
    assert len(lines(state, Delete((ref(state, "web", "c9"),)).on(state))) == 10


@pytest.mark.parametrize("number", [0, 1, 499, 998, 999])
def test_the_change_is_shown_wherever_it_is_in_a_chain(number: int) -> None:
    state = lab(web=chain(1000))
    shown = drawn(state, Delete((ref(state, "web", f"c{number}"),)).on(state))
    assert any(line.endswith(f"-c{number} |") for line in shown)
    assert len(shown) <= 11


@given(some.permutations(range(9)), some.sets(some.integers(0, 8)), some.sets(some.integers(0, 8)))
def test_both_sides_keep_their_order_and_no_key_stands_beside_another(
    order: list[int], left: set[int], right: set[int]
) -> None:
    before = [str(number) for number in sorted(left)]
    after = [str(number) for number in order if number in right]
    pairs = list(aligned(before, after))
    assert [old for old, _ in pairs if old is not None] == before
    assert [new for _, new in pairs if new is not None] == after
    assert all(None in pair or pair[0] == pair[1] for pair in pairs)
    assert (None, None) not in pairs
