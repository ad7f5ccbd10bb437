"""Which group, and which group checkpoint, a word means: by its id, or by a name that only one has."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import TypeVar

from hvtree.domain.errors import BadInput
from hvtree.domain.group import Group
from hvtree.domain.group_checkpoint import GroupCheckpoint
from hvtree.domain.names import comparable, quoted

_T = TypeVar("_T", Group, GroupCheckpoint)
_SHORTEST_ID = 4
"""Characters that the beginning of an id must have."""
_MOST = 20
"""How many are listed."""


def group_meant(text: str, groups: Sequence[Group]) -> Group:
    """Return the group that a word means; raise `BadInput` with names that are like it unless it means exactly one."""
    found = _meant(text, groups)
    if len(found) == 1:
        return found[0]
    if found:
        listed = "".join(f"\n  {each.id}  {quoted(each.name)}" for each in found[:_MOST])
        raise BadInput(f"{quoted(text)} means {len(found)} groups.", now=f"Use one of these ids:{listed}")
    raise BadInput(
        f"There is no group {quoted(text)}.",
        now=_hint(text, groups) or "Look with `hvtree group list`.",
    )


def group_checkpoint_meant(text: str, checkpoints: Sequence[GroupCheckpoint]) -> GroupCheckpoint:
    """Return the group checkpoint that a word means; raise `BadInput` unless it means exactly one."""
    found = _meant(text, checkpoints)
    if len(found) == 1:
        return found[0]
    if found:
        listed = "".join(
            f"\n  {each.id}  {quoted(each.name)}  {each.at_utc:%Y-%m-%d %H:%M:%S} UTC"
            for each in found[:_MOST]
        )
        what = f"{quoted(text)} means {len(found)} group checkpoints."
        raise BadInput(what, now=f"Use one of these ids:{listed}")
    raise BadInput(
        f"There is no group checkpoint {quoted(text)}.",
        now=_hint(text, checkpoints) or "Look with `hvtree group show`.",
    )


def _meant(text: str, things: Sequence[_T]) -> list[_T]:
    """Return what has this id; else this name; else this name but for letter case; else an id that begins like this."""
    folded = text.strip("{}").lower()
    wanted = comparable(text)
    similar = [each for each in things if comparable(each.name) == wanted]
    return (
        [each for each in things if each.id == folded]
        or [each for each in similar if each.name == text]
        or similar
        or [each for each in things if len(folded) >= _SHORTEST_ID and each.id.startswith(folded)]
    )


def _hint(text: str, things: Iterable[_T]) -> str:
    near = difflib.get_close_matches(text[:100], [each.name for each in things], n=3)
    return f"Did you mean {' or '.join(map(quoted, near))}?" if near else ""
