"""Notes in which form WMI tells things about scratch VMs, what merging looks like, and how the agent tells a VM."""

from __future__ import annotations

import pytest

from tests.live.backend import LiveBackend, Steward
from tests.live.pipe_connection import GuardedConnection
from tests.live.record import Record
from tests.support.backends import checkpoint

pytestmark = pytest.mark.live

_MERGE_S = 20


@pytest.mark.parametrize("state", ["Off", "Running", "Saved"])
def test_the_form_of_wmi(backend: LiveBackend, steward: Steward, record: Record, state: str) -> None:
    vm = backend.vm(state)
    record.fact(f"wmi, {state}", steward.ask("scratch.forms", vm=vm["id"]))
    record.fact(f"agent, {state}", vm)


def test_what_merging_looks_like(
    backend: LiveBackend, steward: Steward, connection: GuardedConnection, record: Record
) -> None:
    vm = backend.vm("Running")
    request = connection.send("checkpoint.delete_subtree", ids=[checkpoint(vm, "base")])
    seen = steward.ask("scratch.watch", vm=vm["id"], seconds=_MERGE_S)
    record.fact("merging", {"looks": seen["looks"], "answer": connection.answer(request).message})
