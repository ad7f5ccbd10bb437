"""What a call of a cmdlet on the emulated host is: parameters by name, and what answers them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.invocation import Invocation
from hvtree.emulator.host.objects import CmdletOutput

Parameters = Mapping[str, Any]
Answer = CmdletOutput[Any] | Invocation


class CmdletCall(Struct, frozen=True):
    """What a cmdlet does on the host, and the parameters that it understands besides the common ones."""

    run: Callable[[HyperV, Parameters], Answer]
    takes: frozenset[str]


def cmdlet_call(run: Callable[[HyperV, Parameters], Answer], takes: str = "") -> CmdletCall:
    """Return a call whose parameters are given in one line."""
    return CmdletCall(run, frozenset(takes.split()))


def listed(value: Any) -> list[Any]:
    """Return the values of a parameter that takes one or many; none for one that was not given."""
    return [] if value is None else value if isinstance(value, list) else [value]
