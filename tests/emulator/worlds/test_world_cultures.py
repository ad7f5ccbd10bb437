"""Checkpoints that nobody named have names in the culture of their host, also those that a world begins with."""

from datetime import UTC, datetime

import pytest

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.clock import VirtualClock
from hvtree.emulator.worlds import worlds

WORLD = """{"host": {"name": "HV", "culture": "%s"}, "volumes": [{"name": "D:", "total": "1 TB"}],
 "vms": [{"id": "a0000000-0000-4000-8000-000000000001", "name": "web", "folder": "D:\\\\VMs\\\\web", "state": "Off",
  "drives": [{"path": "D:\\\\VMs\\\\web\\\\web.vhdx", "virtual": "60 GB", "size": "20 GB"}],
  "now": "c0000000-0000-4000-8000-000000000001",
  "checkpoints": [{"id": "c0000000-0000-4000-8000-000000000001", "created": "2026-09-04T19:07:31Z"}]}]}"""


@pytest.mark.parametrize(
    ("culture", "name"),
    [
        ("en-US", "web - (9/4/2026 - 7:07:31 PM)"),
        ("de-DE", "web - (04.09.2026 - 19:07:31)"),
        ("ja-JP", "web - (2026/09/04 - 19:07:31)"),
    ],
)
def test_an_unnamed_checkpoint_of_a_world_is_named_as_its_host_does(
    culture: str, name: str
) -> None:  # fact 12
    now = datetime(2026, 9, 24, tzinfo=UTC)
    host = HyperV(worlds.build(worlds.parse(WORLD % culture, "w"), now), VirtualClock(now))
    assert [each.name for each in host.get_vm_snapshot("web").objects] == [name]
