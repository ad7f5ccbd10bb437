"""HVTree's agents on a host that is not English, over WinRM: nothing in them depends on English words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hvtree.emulator.cmdlets.hyperv import HyperV
from hvtree.emulator.host.languages import spoken
from hvtree.emulator.worlds.schema import HostSpec
from tests.support.agent_answer import Message
from tests.support.agent_connection import AgentConnection
from tests.support.backends import (
    NEED_POWERSHELL,
    SCRIPT_WINRM,
    WINRM,
    Backend,
    backend_for,
    hosting,
    skip_without_powershell,
)
from tests.support.virtual_host import guid, vm_spec, world_of

VMS = (
    vm_spec("run", "base(p1*)", state="Running"),
    vm_spec("off", "base(p1* side)"),
    vm_spec("away", state="Running", activity="MigratingVirtualMachine"),
)


@pytest.fixture(scope="module", params=[WINRM, SCRIPT_WINRM])
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """A Japanese host: with the agent in Python, and with agent.ps1."""
    if request.param in NEED_POWERSHELL:
        skip_without_powershell()
    host = HostSpec("HOST", culture="ja-JP", ui_language="ja-JP")
    with hosting(world_of(*VMS, host=host)) as hyperv, backend_for(hyperv, request.param) as made:
        yield made


@pytest.fixture
def connection(backend: Backend) -> AgentConnection:
    """The agent on it."""
    return backend.connection


def read(connection: AgentConnection, name: str) -> Message:
    return next(vm for vm in connection.ask("host.read", since=0).vms if vm["name"] == name)


def test_an_activity_is_known_by_its_number_and_shown_in_the_hosts_words(
    connection: AgentConnection,
) -> None:  # fact 74
    vm = read(connection, "away")
    assert (vm["activity"], vm["status"]) == (
        "MigratingVirtualMachine",
        "[ja-JP] Mïgrätïñg vïrtüäl mäçhïñé",
    )


def test_an_error_keeps_its_category_and_id(connection: AgentConnection) -> None:  # fact 74
    error = connection.ask("vm.resume", ids=[guid("off")]).result["error"]
    assert error["message"].startswith("[ja-JP] ")
    assert "current state" not in error["message"]
    assert (error["category"], error["fqid"].split(",")[0]) == ("InvalidOperation", "InvalidState")


def test_a_warning_comes_in_the_hosts_words(connection: AgentConnection) -> None:  # fact 74
    (warning,) = connection.ask("vm.start", ids=[guid("run")]).ok["warnings"]
    assert warning.startswith("[ja-JP] Thé vïrtüäl mäçhïñé")


def test_checkpoints_are_made_applied_and_deleted_all_the_same(
    connection: AgentConnection,
) -> None:  # fact 74
    off = guid("off")
    assert "error" not in connection.ask("vm.checkpoint", ids=[off], name="新しい").result
    for verb in ("checkpoint.apply", "checkpoint.delete"):
        assert "error" not in connection.ask(verb, ids=[guid("off/side")]).result
    vm = read(connection, "off")
    assert {one["name"] for one in vm["checkpoints"]} == {"base", "p1", "新しい"}
    assert (vm["state"], vm["parent"]) == ("Off", guid("off/base"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("'Ann' failed. (Virtual machine ID 0D4E)", "[de-DE] 'Ann' fäïléd. (Vïrtüäl mäçhïñé ÏD 0D4É)"),
        (
            'a "seen" file (0x80070020)\n00000000-aaaa-eeee-0000-00000000000A',
            '[de-DE] ä "seen" fïlé (0x80070020)\n00000000-aaaa-eeee-0000-00000000000A',
        ),
        ("", ""),
    ],
)
def test_names_ids_and_codes_stay_as_they_are(text: str, said: str) -> None:  # fact 74
    assert spoken(text, "de-DE") == said
    assert spoken(text, "en-GB") == text


def test_a_host_that_speaks_german_may_write_dates_as_the_british_do() -> None:  # fact 74
    world = world_of(vm_spec("vm"), host=HostSpec("HOST", culture="en-GB", ui_language="de-DE"))
    with hosting(world) as host:
        assert isinstance(host, HyperV)
        assert (host.facts.culture, host.spoken("so")) == ("en-GB", "[de-DE] šö")
