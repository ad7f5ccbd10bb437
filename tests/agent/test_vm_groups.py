"""VM groups on a host whose Hyper-V module is from before 2016 (fact 249)."""

from __future__ import annotations

from tests.support.powershell import AgentProcess


def test_a_host_without_the_cmdlet_says_that_it_knows_no_vm_groups(
    agent: AgentProcess,
) -> None:  # fact 249, switched
    assert agent.ask("host.vmgroups").ok == {"is_known": False}
