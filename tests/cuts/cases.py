"""The matrix of cuts: every operation, each way to a host, what happens to which exchange, and for how long."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from random import Random
from types import MappingProxyType

from tests.support.http_relay import Harm, Planned
from tests.support.modes import CALLS, LINES, RAW


class Lasting(StrEnum):
    """For how long the wire is cut."""

    MOMENT = "for a moment"
    WHILE = "for some attempts"
    """The first attempts to connect again fail, as in 5 seconds without a network."""
    GOOD = "for good"
    SECONDS = "for 5 seconds"
    """By the clock, with the pauses and the lease that everybody has: only where it is asked for."""


REFUSED: Mapping[Lasting, int | None] = MappingProxyType(
    {Lasting.MOMENT: 0, Lasting.WHILE: 4, Lasting.GOOD: None, Lasting.SECONDS: 0}
)
OUTAGE_S = 5.0
SHORTENED = (Lasting.MOMENT, Lasting.WHILE, Lasting.GOOD)
"""What lasts as long as it takes and no longer."""
WAYS = MappingProxyType({"persistent": RAW, "lines": LINES, "calls": CALLS})
"""The ways over WinRM; LOCAL is the other one."""
LOCAL = "local"
"""A PowerShell on this computer, whose end is the only cut that there is."""
EXCHANGES = MappingProxyType(
    {"persistent": 12, "lines": 12, "calls": 24, **({} if sys.platform == "win32" else {LOCAL: 12})}
)
"""How many exchanges of a job are struck, one after the other; most jobs have fewer, and end before the later ones."""
OPERATIONS = (
    *("create", "rename", "apply", "apply-bare", "revert", "export"),
    *("delete", "delete-subtree", "delete-all", "delete-expired", "notes", "lock", "unlock"),
    *("group", "apply-group", "rename-group", "notes-group", "export-group", "delete-group"),
    *("start-group", "save-group", "shut-down-group", "bring-back", "undo"),
    *("group-far", "apply-far"),
)
OVER_TWO_HOSTS = MappingProxyType({"group-far": "group", "apply-far": "apply-group"})
"""Which of them are over two hosts, and the same on one. Only the wire of the first host is cut."""


@dataclass(frozen=True)
class Case:
    """One cut in one job."""

    operation: str
    way: str
    harm: Harm
    exchange: int
    lasting: Lasting

    @property
    def kind(self) -> str:
        """What is done, on however many hosts."""
        return OVER_TWO_HOSTS.get(self.operation, self.operation)

    @property
    def holds_leases(self) -> bool:
        """An agent stays on the host, which brings VMs back by itself when the client is gone."""
        return self.way != "calls"

    @property
    def planned(self) -> Planned:
        """What the wire is told."""
        outage_s = OUTAGE_S if self.is_real else 0.0
        return Planned(self.exchange, self.harm, REFUSED[self.lasting], outage_s)

    @property
    def is_real(self) -> bool:
        """It takes its time."""
        return self.lasting is Lasting.SECONDS

    def __str__(self) -> str:
        return f"{self.operation}-{self.way}-{self.harm.name}-{self.exchange}-{self.lasting.name}".lower()


def every_case() -> Iterator[Case]:
    """Yield the whole matrix. A message that is late or comes twice cuts nothing, so it does not last."""
    for operation, way, harm in product(OPERATIONS, EXCHANGES, Harm):
        if way == LOCAL and harm is Harm.TRUNCATE:
            continue  # a stream of bytes says nothing of an end
        lastings = (Lasting.MOMENT,) if harm in (Harm.DELAY, Harm.REPEAT, Harm.TRUNCATE) else SHORTENED
        for exchange, lasting in product(range(1, EXCHANGES[way] + 1), lastings):
            yield Case(operation, way, harm, exchange, lasting)


def real_outages(seed: int, count: int) -> Iterator[Case]:
    """Yield so many cuts that last for 5 seconds, of each way in turn."""
    random, cuts = Random(seed), (Harm.CUT_BEFORE, Harm.CUT_AFTER, Harm.CUT_IN_ANSWER)
    for number in range(count):
        way = tuple(EXCHANGES)[number % len(EXCHANGES)]
        exchange = random.randint(1, EXCHANGES[way] // 2)
        yield Case(random.choice(OPERATIONS), way, random.choice(cuts), exchange, Lasting.SECONDS)


def sample(seed: int, *, each: int) -> list[Case]:
    """Return so many cases of each kind of operation by each way, the earlier exchanges more often."""
    random = Random(seed)
    groups: dict[tuple[str, str], list[Case]] = {}
    for case in every_case():
        groups.setdefault((case.kind, case.way), []).append(case)
    return [
        case
        for group in groups.values()
        for case in random.sample([one for one in group if one.exchange <= EXCHANGES[one.way] // 2], each)
    ]
