"""A sequence whose items are made when somebody looks at them: of thousands only a few are ever shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, overload

_Key = TypeVar("_Key")
_Item = TypeVar("_Item")


class OnDemand(Sequence[_Item], Generic[_Key, _Item]):
    """As long as its keys; an item is made from its key anew each time, so nothing is kept."""

    def __init__(self, keys: Sequence[_Key], make: Callable[[_Key], _Item]) -> None:
        self._keys = keys
        self._make = make

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, place: int) -> _Item: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[_Item]: ...

    def __getitem__(self, place: int | slice) -> _Item | Sequence[_Item]:
        if isinstance(place, slice):
            return [self._make(key) for key in self._keys[place]]
        return self._make(self._keys[place])
