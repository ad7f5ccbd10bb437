"""Network adapters on the host itself: what a checkpoint brings back, and what a world may say."""

from __future__ import annotations

import pytest

from hvtree.emulator.cmdlets.hardware import Owners
from hvtree.emulator.worlds.schema import AdapterSpec, SwitchSpec
from hvtree.emulator.worlds.values import WorldError
from tests.support.virtual_host import VirtualHost, virtual_host, vm_spec

LAN = SwitchSpec("LAN", "Internal")


def adapters(host: VirtualHost) -> list[tuple[str, str]]:
    """Return names and switches of the VM's adapters."""
    found = host.host.hardware(lambda read: read.adapters(Owners("vm")))
    return [(one.adapter.name, one.switch.name if one.switch else "") for one in found]


def test_applying_a_checkpoint_brings_its_adapters_back() -> None:  # fact 153
    spec = vm_spec(
        "vm",
        "base*",
        details={"adapters": (AdapterSpec("A"), AdapterSpec("B"))},
        adapters=(AdapterSpec(switch="lan"),),
    )
    host = virtual_host(spec, switches=(LAN,))
    assert adapters(host) == [("Network Adapter", "LAN")]
    host.do(host.host.restore_vm_snapshot("vm", "base", confirm=False))
    assert adapters(host) == [("A", ""), ("B", "")]


def test_an_adapter_is_connected_to_nothing_once_its_switch_is_gone() -> None:
    host = virtual_host(vm_spec("vm", adapters=(AdapterSpec(switch="LAN"),)), switches=(LAN,))
    host.host.remove_vm_switch("LAN")
    assert adapters(host) == [("Network Adapter", "")]


def test_the_default_switch_has_the_id_that_it_has_everywhere() -> None:  # fact 155
    host = virtual_host("base*", switches=(SwitchSpec("Default Switch", "Internal"),))
    (found,) = host.host.hardware(lambda read: read.switches())
    assert found.switch.id == "c08cb7b8-9b3c-408e-8e30-5e16a3aeb444"


@pytest.mark.parametrize(
    ("adapter", "switches", "problem"),
    [
        (AdapterSpec(switch="nosuch"), (LAN,), "not among switches"),
        (AdapterSpec(mac="00-15-5D-01-02-03"), (), "not a MAC address"),
        (AdapterSpec(), (SwitchSpec("Out", "External"),), "has an adapter"),
        (AdapterSpec(), (SwitchSpec("In", "Internal", "card"),), "has an adapter"),
        (AdapterSpec(), (LAN, SwitchSpec("lan")), "is there twice"),
        (AdapterSpec(), (SwitchSpec(" "),), "has no name"),
    ],
)
def test_a_world_whose_network_cannot_be_is_refused(
    adapter: AdapterSpec, switches: tuple[SwitchSpec, ...], problem: str
) -> None:
    with pytest.raises(WorldError, match=problem):
        virtual_host(vm_spec("vm", adapters=(adapter,)), switches=switches)
