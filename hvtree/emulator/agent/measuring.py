"""`host.sizes` on its way: VM after VM, each sent as soon as it is known."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

import msgspec

from hvtree.emulator.agent.inventory import Inventory, part_of
from hvtree.emulator.agent.vhd_book import Question
from hvtree.hosts.messages import PART_CHECKPOINTS


class Measuring:
    """One request for sizes. `send` gets each part, and `ended` is called once after the last, unless it is cancelled."""

    def __init__(
        self,
        inventory: Inventory,
        vm_ids: Iterable[str],
        send: Callable[[msgspec.Raw], None],
        ended: Callable[[], None],
        dispatch: Callable[[Callable[[], None]], None],
    ) -> None:
        """`dispatch` is the agent's, for what the host calls back. Everything else happens in the agent's turn."""
        self._dispatch = dispatch
        self._inventory = inventory
        self._left = deque(dict.fromkeys(vm_id.lower() for vm_id in vm_ids))
        self._send = send
        self._ended = ended
        self._question: Question | None = None
        self._is_over = False
        self._batch: list[bytes] = []
        self._weight = 0

    def go_on(self) -> None:
        """Send what is known, until something has to be looked up first."""
        while self._left and not self._is_over:
            if not self._is_known(self._left[0]):
                break
            self._take(self._left.popleft())
        if not self._is_over:
            self._flush()
            if not self._left:
                self.cancel()

    def cancel(self) -> bool:
        """End it now; what was sent has been sent. Return whether it was under way."""
        if self._is_over:
            return False
        self._is_over = True
        if self._question is not None:
            self._inventory.book.withdraw(self._question)
        self._ended()
        return True

    def _is_known(self, vm_id: str) -> bool:
        """Return whether the files of a VM need not be looked up, or have been; else that has begun."""
        if self._question is not None:
            self._question = None  # it has been answered, as far as there was time
            return True
        self._question = self._inventory.learn([vm_id], lambda: self._dispatch(self.go_on))
        return self._question is None

    def _take(self, vm_id: str) -> None:
        found = self._inventory.sizes(vm_id)
        if found is None:
            return
        self._batch.append(found[0])
        self._weight += found[1] + 1
        if self._weight >= PART_CHECKPOINTS:
            self._flush()

    def _flush(self) -> None:
        if self._batch:
            self._send(part_of(self._batch))
        self._batch, self._weight = [], 0
