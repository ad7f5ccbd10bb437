"""Which VMs changed after a revision, at a cost that depends on the changes alone; and the one lock of the emulated host."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType


class Guard:
    """The host's lock. It is reentrant, and what is deferred with `after` runs once the lock is free.

    Callbacks to the outside (listeners, ends of jobs) go through `after`, so that they may call the host, or take
    locks of their own, without a deadlock.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._after: deque[Callable[[], None]] = deque()

    def after(self, callback: Callable[[], None]) -> None:
        """Call something once the lock is free. Call this with the lock held."""
        self._after.append(callback)

    def __enter__(self) -> None:
        self._lock.acquire()
        self._depth += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._depth -= 1
        waiting: list[Callable[[], None]] = []
        if self._depth == 0:
            waiting.extend(self._after)
            self._after.clear()
        self._lock.release()
        if waiting:
            with ExitStack() as all_of_them:  # one that raises must not keep the others from being called
                for callback in reversed(waiting):
                    all_of_them.callback(callback)


class ChangeLog:
    """A revision that grows with every change, and for each VM the revision of its last one."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self.revision = 0
        self._by_age: OrderedDict[str, int] = OrderedDict()
        self._removed: OrderedDict[str, int] = OrderedDict()
        self._listeners: list[Callable[[int], None]] = []
        self._is_announced = True

    def touch(self, vm_id: str | None = None) -> None:
        """Note a change of a VM, or of the host itself for None."""
        self.revision += 1
        if vm_id is not None:
            self._removed.pop(vm_id, None)
            self._by_age[vm_id] = self.revision
            self._by_age.move_to_end(vm_id)
        self._announce()

    def remove(self, vm_id: str) -> None:
        """Note that a VM is gone."""
        self.revision += 1
        self._by_age.pop(vm_id, None)
        self._removed[vm_id] = self.revision
        self._removed.move_to_end(vm_id)
        self._announce()

    def of(self, vm_id: str) -> int:
        """Return the revision at which a VM last changed."""
        return self._by_age.get(vm_id, 0)

    def changed_since(self, revision: int) -> tuple[str, ...]:
        """Return the ids of the VMs that changed after a revision, oldest change first."""
        return _newer(self._by_age, revision)

    def removed_since(self, revision: int) -> tuple[str, ...]:
        """Return the ids of the VMs that were removed after a revision."""
        return _newer(self._removed, revision)

    def listen(self, listener: Callable[[int], None]) -> Callable[[], None]:
        """Call `listener` with the new revision after each batch of changes; return what ends that when called."""
        self._listeners.append(listener)

        def end() -> None:
            with self._guard:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return end

    def _announce(self) -> None:
        if self._is_announced and self._listeners:
            self._is_announced = False
            self._guard.after(self._tell)

    def _tell(self) -> None:
        with self._guard:
            self._is_announced = True
            revision, listeners = self.revision, tuple(self._listeners)
        for listener in listeners:
            listener(revision)


def _newer(ages: OrderedDict[str, int], revision: int) -> tuple[str, ...]:
    found: list[str] = []
    for vm_id in reversed(ages):
        if ages[vm_id] <= revision:
            break
        found.append(vm_id)
    return tuple(reversed(found))
