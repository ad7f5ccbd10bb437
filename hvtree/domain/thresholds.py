"""From when on something is worth a warning: near a limit, nearly full, too old. One number each, for every reader."""

from __future__ import annotations

from datetime import timedelta

from hvtree.domain.checkpoint import CHECKPOINT_LIMIT
from hvtree.domain.disks import FRESH_BYTES
from hvtree.domain.model import Volume

NEAR_LIMIT = 10
"""A VM that has room for fewer checkpoints than this is near the limit."""
FREE_SHARE = 0.05
"""A volume with a smaller share of free space is nearly full: somebody has to do something."""
CLOCK_AGE = timedelta(hours=1)
"""From this age of a checkpoint on it is worth saying that the guest's clock stands still."""
TRUST_AGE = timedelta(days=30)
"""After this time a domain member has changed its machine password, so that an older state is not trusted."""

EXPIRES_SOON = timedelta(days=14)
"""A certificate that is valid for less time than this has to be replaced soon."""
CLOCK_WARNS_S = 30.0
"""Two clocks that are further apart than this are worth a word."""
KERBEROS_SKEW_S = 300.0
"""How far two clocks may be apart for Kerberos unless somebody has changed it [MS-KILE: MaxClockSkew]."""
LATENCY_WARNS_S = 0.3
"""A request takes one trip; from here on people feel each of them."""


def is_near_limit(checkpoints: int) -> bool:
    """Return whether a VM with so many checkpoints can take only a few more, or none."""
    return checkpoints > CHECKPOINT_LIMIT - NEAR_LIMIT


def is_over_limit(checkpoints: int) -> bool:
    """Return whether a VM has more checkpoints than Hyper-V supports."""
    return checkpoints > CHECKPOINT_LIMIT


def is_nearly_full(volume: Volume) -> bool:
    """Return whether a volume has hardly any space left, or none at all."""
    return volume.free_bytes < volume.total_bytes * FREE_SHARE


def is_full(volume: Volume) -> bool:
    """Return whether a volume has no room even for a new differencing disk."""
    return volume.total_bytes > 0 and volume.free_bytes < FRESH_BYTES
