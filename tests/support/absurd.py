"""A host that reports what no host can have, as far as the wire allows it: the first and the last times, huge sizes."""

from __future__ import annotations

from datetime import timedelta

from hvtree.domain.model import HostState, Volume
from hvtree.hosts.inventory import utc
from hvtree.values import replace
from tests.support.trees import lab, vm

ZONES = ("UTC", "Asia/Tokyo", "America/Los_Angeles")
TIMES = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-12:00", "1600-01-01T00:00:00+00:00")
HUGE = 2**62


def absurd_host(time: str, *, offset_hours: int = -12, size: int = HUGE) -> HostState:
    """Return a host whose checkpoints, files, memory and volumes all have such a time or size."""
    made = vm("base(p1* p2)", "web")
    when = utc(time, "a checkpoint")
    checkpoints = tuple(
        replace(each, created_utc=when, size_bytes=size, state_bytes=size) for each in made.checkpoints
    )
    files = tuple(replace(each, size_bytes=size, virtual_bytes=size) for each in made.files)
    web = replace(
        made, checkpoints=checkpoints, files=files, memory_startup_bytes=0, memory_bytes=size, uptime_s=size
    )
    volumes = (
        Volume("D:", size, 0),
        Volume("E:", 0, size),
        *(Volume(f"C:\\{n}\\", 2**30, 0) for n in range(2_000)),
    )
    state = lab(web=web)
    return replace(state, volumes=volumes, utc_offset=timedelta(hours=offset_hours), zone="No Such Time")
