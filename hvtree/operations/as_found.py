"""An operation for VMs that are as somebody has found them: if they have changed since, it is not what they need any more."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from hvtree.domain.difference import VmDifference, compare
from hvtree.domain.errors import Refused
from hvtree.domain.fleet import Fleet
from hvtree.domain.names import quoted
from hvtree.operations.base import Operation, Plan
from hvtree.values import replace


class AsFound(Struct, frozen=True):
    """What was offered about some VMs. Its plan is refused as soon as one of them has changed, whoever did it.

    Others would ask again with another plan. Here the reason itself may have gone: a checkpoint that seemed to be left over may
    be the only way back by now.
    """

    operation: Operation
    found: Fleet
    """The VMs as they were then, and nothing else of their hosts."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AsFound) and other.operation == self.operation

    def __hash__(self) -> int:
        return hash(self.operation)

    @property
    def verb(self) -> str:
        """That of the operation itself."""
        return self.operation.verb

    def plan(self, fleet: Fleet) -> Plan:
        """Plan it; raise `Refused` as the operation does, or if a VM has changed on one of these hosts."""
        for difference in self._differences(fleet):
            vm = difference.before or difference.after
            if vm is not None and difference.is_substantial:
                raise Refused(
                    f"VM {quoted(vm.name)} is not as it was when this was offered.",
                    now="Look at what can be done now.",
                )
        return replace(self.operation.plan(fleet), operation=self)

    def fits(self, fleet: Fleet) -> bool:
        """Return whether all VMs that can be seen there are as they were, and nothing else goes on with them."""
        return not any(each.is_substantial or _is_busy_otherwise(each) for each in self._differences(fleet))

    def _differences(self, fleet: Fleet) -> Iterator[VmDifference]:
        for host_id, found in self.found.hosts.items():
            if host_id in fleet.hosts:
                yield from compare(found, fleet.hosts[host_id], found.vms)


def _is_busy_otherwise(difference: VmDifference) -> bool:
    before, after = difference.before, difference.after
    return before is not None and after is not None and before.activity is not after.activity
