"""The checkpoints of some VMs before and after beside each other, line by line, with what stays the same folded away.

What is on both sides stands on one line, so that both can be scrolled as one; what is on one side only has a gap beside
it. Of a large tree there remain the changes, what is around them, the VM and Now; each longer run of lines without
changes becomes one line. Nothing recurses: chains may be thousands deep.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import Enum

from msgspec import Struct

from hvtree.domain.difference import VmDifference, compare_vms
from hvtree.domain.model import VirtualMachine
from hvtree.domain.order import longest_rising
from hvtree.values import replace

VM, NOW = "", "now"
"""Keys of the lines of a VM and of its Now; those of its checkpoints are their ids, and no id looks like these."""
ALL_SHOWN = 12
"""Up to this many lines nothing is folded."""
CONTEXT = 2
"""So many lines before and after a change stay."""
LEAST_FOLDED = 3
"""Fewer lines than this are not worth a fold."""

FoldId = tuple[int, str]
"""The position of a VM, and the key of the first line that is folded."""


class Mark(Enum):
    """What becomes of a line."""

    SAME = ""
    GONE = "goes"
    NEW = "new"
    CHANGED = "changes"
    """It has another parent, name or state."""


class Spot(Struct, frozen=True):
    """One side of a line."""

    key: str
    above: str | None
    """The key of its parent; None for a VM."""
    mark: Mark = Mark.SAME
    level: int = 0
    """How many of the lines above are its ancestors, with a fold counted as one."""
    parent: int | None = None
    """The line of its parent, or of the fold that hides it; None for a VM."""
    is_last: bool = False
    """No line further down has the same parent on this side; False for a VM."""
    is_on_path: bool = False
    """It lies between the VM and its Now, or is Now."""


class Line(Struct, frozen=True):
    """One line: a row of one tree or of both, or a fold."""

    vm: int
    """The position of the VM to which it belongs."""
    before: Spot | None
    after: Spot | None
    folded: int = 0
    """How many lines it stands for; 0 if it is none of these."""

    @property
    def fold_id(self) -> FoldId:
        """What to open it by, if it is a fold."""
        assert self.before is not None
        return self.vm, self.before.key

    @property
    def sides(self) -> tuple[Spot | None, Spot | None]:
        """Both sides."""
        return self.before, self.after

    @property
    def is_change(self) -> bool:
        """There is something to see in it."""
        return any(spot is None or spot.mark is not Mark.SAME for spot in self.sides)


class Pair(Struct, frozen=True):
    """A VM before and after."""

    before: VirtualMachine
    after: VirtualMachine

    @property
    def difference(self) -> VmDifference | None:
        """How they differ."""
        return compare_vms(self.before, self.after)


def side_by_side(pairs: Iterable[Pair]) -> tuple[Line, ...]:
    """Return every line, without folds and without levels: what `folded` works on."""
    return tuple(line for position, pair in enumerate(pairs) for line in lines_of(position, pair))


def folded(
    lines: Sequence[Line], opened: Collection[FoldId] = (), *, first: int = 0, is_all: bool = True
) -> tuple[Line, ...]:
    """Return the lines to show: runs without changes folded, except those that were `opened`; with all levels.

    Where these are the lines of some VMs among more, `first` counts the lines that are shown above them, and `is_all` is
    False.
    """
    is_little = is_all and len(lines) <= ALL_SHOWN
    shown = list(lines) if is_little else list(_with_folds(lines, opened))
    return tuple(_placed(shown, lines, first))


# Which lines there are


def lines_of(position: int, pair: Pair) -> Iterator[Line]:
    """Yield every line of the VM at a position, as `side_by_side` does."""
    marks_before, marks_after = _marks(pair.difference)
    before, after = _outline(pair.before, marks_before), _outline(pair.after, marks_after)
    for old, new in aligned(list(before), list(after)):
        yield Line(
            position, before[old] if old is not None else None, after[new] if new is not None else None
        )


def _marks(difference: VmDifference | None) -> tuple[Mapping[str, Mark], Mapping[str, Mark]]:
    """Return the marks of both sides by key; what only moves, or is called otherwise, is marked where it arrives."""
    if difference is None:
        return {}, {}
    before = {each.id: Mark.GONE for each in difference.removed}
    after = {each.id: Mark.NEW for each in difference.added}
    after |= {each.after.id: Mark.CHANGED for each in difference.changed if each.is_moved or each.is_renamed}
    if difference.is_now_moved:
        after[NOW] = Mark.CHANGED
    if difference.is_state_changed:
        after[VM] = Mark.CHANGED
    return before, after


def _outline(vm: VirtualMachine, marks: Mapping[str, Mark]) -> dict[str, Spot]:
    """Return a VM, its checkpoints and Now by their keys, parents first and each branch in one piece."""
    path = {VM, NOW, *vm.tree.now_path}
    found: dict[str, Spot] = {}
    waiting: list[tuple[str, str | None]] = [(VM, None)]
    while waiting:
        key, above = waiting.pop()
        found[key] = Spot(key, above, marks.get(key, Mark.SAME), is_on_path=key in path)
        if key != NOW:
            here = key or None
            own_now = [NOW] if vm.now_id == here else []
            waiting.extend((each, key) for each in reversed([*vm.tree.children(here), *own_now]))
    return found


def aligned(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """Yield both sequences side by side: as many keys as possible beside themselves, the others beside a gap.

    Keys are unique in each sequence, so the longest common subsequence is a longest rising one: n log n.
    """
    places = {key: place for place, key in enumerate(after)}
    common = [places[key] for key in before if key in places]
    kept = {after[common[index]] for index in longest_rising(common)}
    rest = iter(after)
    for key in before:
        if key not in kept:
            yield key, None
            continue
        for other in rest:
            yield (key if other == key else None), other
            if other == key:
                break
    yield from ((None, other) for other in rest)


# Which lines are shown


def _with_folds(lines: Sequence[Line], opened: Collection[FoldId]) -> Iterator[Line]:
    kept = _kept(lines)
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and end not in kept and lines[end].vm == lines[start].vm:
            end += 1
        run = lines[start:end]
        if len(run) >= LEAST_FOLDED and run[0].fold_id not in opened:
            yield replace(run[0], folded=len(run))
        else:
            yield from run
        if end == start:
            yield lines[start]
        start = max(end, start + 1)


def _kept(lines: Sequence[Line]) -> set[int]:
    """Return the lines that are never folded: VMs, Now, changes with what is around them, and their parents."""
    kept: set[int] = set()
    places = [
        {(line.vm, spot.key): number for number, line in enumerate(lines) if (spot := line.sides[side])}
        for side in (0, 1)
    ]
    for number, line in enumerate(lines):
        if any(spot is not None and spot.key in (VM, NOW) for spot in line.sides):
            kept.add(number)
        if not line.is_change or number == places[0].get((line.vm, VM)):
            continue
        around = range(max(0, number - CONTEXT), min(len(lines), number + CONTEXT + 1))
        kept.update(near for near in around if lines[near].vm == line.vm)
        for side, spot in enumerate(line.sides):
            if spot is not None and spot.above is not None:
                kept.add(places[side][line.vm, spot.above])
    return kept


# Where they stand


def _placed(shown: Sequence[Line], lines: Sequence[Line], first: int) -> Iterator[Line]:
    """Yield the shown lines with the levels, parents and ends of both sides."""
    sides = [
        _placed_side([line.sides[side] for line in shown], _shown_by(shown, lines, side), shown, first)
        for side in (0, 1)
    ]
    for line, before, after in zip(shown, *sides, strict=True):
        yield Line(line.vm, before, after, line.folded)


def _shown_by(shown: Sequence[Line], lines: Sequence[Line], side: int) -> dict[tuple[int, str], int]:
    """Return by VM and key the number of the line that shows each row of a side, or of the fold that hides it."""
    found: dict[tuple[int, str], int] = {}
    first = 0
    for number, line in enumerate(shown):
        size = line.folded or 1
        for each in lines[first : first + size]:
            spot = each.sides[side]
            if spot is not None:
                found[each.vm, spot.key] = number
        first += size
    return found


def _placed_side(
    spots: Sequence[Spot | None],
    shown_by: Mapping[tuple[int, str], int],
    shown: Sequence[Line],
    first: int,
) -> list[Spot | None]:
    parents = [
        None if spot is None or spot.above is None else shown_by[line.vm, spot.above]
        for spot, line in zip(spots, shown, strict=True)
    ]
    last = {parent: number for number, parent in enumerate(parents) if spots[number] is not None}
    levels: list[int] = []
    placed: list[Spot | None] = []
    for number, (spot, parent) in enumerate(zip(spots, parents, strict=True)):
        level = 0 if parent is None else levels[parent] + 1
        levels.append(level)
        if spot is None:
            placed.append(None)
            continue
        above = None if parent is None else first + parent
        is_last = parent is not None and last[parent] == number
        placed.append(Spot(spot.key, spot.above, spot.mark, level, above, is_last, spot.is_on_path))
    return placed
