"""The names that Hyper-V gives to checkpoints that nobody named (lines 12 and 13 of the reference's table)."""

from __future__ import annotations

from datetime import datetime


def default_name(vm_name: str, local: datetime, *, automatic: bool = False) -> str:
    """Give `<VM> - (<date> - <time>)` for a time on the host's clock, as a host with US culture writes it."""
    hour = local.hour % 12 or 12
    half = "AM" if local.hour < 12 else "PM"
    date = f"{local.month}/{local.day}/{local.year} - {hour}:{local:%M:%S} {half}"
    name = f"{vm_name} - ({date})"
    return f"Automatic Checkpoint - {name}" if automatic else name
