"""The names that Hyper-V gives to checkpoints that nobody named (facts 12 and 13)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType


def _us(local: datetime) -> str:
    hour = local.hour % 12 or 12
    half = "AM" if local.hour < 12 else "PM"
    return f"{local.month}/{local.day}/{local.year} - {hour}:{local:%M:%S} {half}"


_BY_CULTURE: Mapping[str, Callable[[datetime], str]] = MappingProxyType(
    {
        "en-GB": lambda local: f"{local:%d/%m/%Y - %H:%M:%S}",
        "de-DE": lambda local: f"{local:%d.%m.%Y - %H:%M:%S}",
        "fr-FR": lambda local: f"{local:%d/%m/%Y - %H:%M:%S}",
        "ja-JP": lambda local: f"{local:%Y/%m/%d} - {local.hour}:{local:%M:%S}",
        "zh-CN": lambda local: f"{local.year}/{local.month}/{local.day} - {local.hour}:{local:%M:%S}",
    }
)
"""Short date and long time; every other culture is written as the US one."""


def default_name(vm_name: str, local: datetime, *, automatic: bool = False, culture: str = "en-US") -> str:
    """Return `<VM> - (<date> - <time>)` for a time on the host's clock, as a host of that culture writes it."""
    name = f"{vm_name} - ({_BY_CULTURE.get(culture, _us)(local)})"
    return f"Automatic Checkpoint - {name}" if automatic else name
