"""One command over several hosts: each target names its host, the verdict is said per host and over all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hvtree.app.settings import Settings
from hvtree.app.settings_file import default_path, save
from hvtree.assets import resource
from hvtree.domain.host_profile import HostProfile
from hvtree.emulator.host.faults import Fault
from tests.support.remote_host import PASSWORD, USER, RemoteHost, serving
from tests.support.terminal import Terminal
from tests.support.threads import none_left

Hosts = tuple[RemoteHost, RemoteHost]


@pytest.fixture
def hosts(hvtree: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hosts]:
    """Two hosts that are saved as `one` and `two`, both with VMs `web` and `db`; the second calls itself SECOND."""
    monkeypatch.setenv("HVTREE_PASSWORD", PASSWORD)
    second = tmp_path / "second.json"
    pair = resource("worlds/pair.json").read_text("utf-8")
    second.write_text(pair.replace('"PAIR"', '"SECOND"'), "utf-8")
    with none_left(), serving("pair") as one, serving(str(second)) as two:
        profiles = (HostProfile(name, each.endpoint.url, USER) for name, each in (("one", one), ("two", two)))
        save(default_path(), Settings(tuple(profiles)))
        yield one, two


def names(host: RemoteHost, vm: str = "web") -> list[str]:
    """Return the names of a VM's checkpoints."""
    return [each.name for each in host.hyperv.get_vm_snapshot(vm).objects]


def test_a_group_is_taken_over_two_hosts(hvtree: Terminal, hosts: Hosts) -> None:
    said = hvtree("do", "checkpoint", "one/web", "two/web", "--group", "--name", "both", "--yes", "--json")
    assert (said.code, said.json["verdict"]) == (0, "as planned"), said.err
    assert [(each["host"], each["verdict"]) for each in said.json["hosts"]] == [
        ("PAIR", "as planned"), ("SECOND", "as planned"),
    ]  # fmt: skip
    assert {step["host"] for step in said.json["steps"]} == {"PAIR", "SECOND"}
    assert all("both" in names(host) for host in hosts)


def test_the_verdict_is_said_over_all_and_per_host(hvtree: Terminal, hosts: Hosts) -> None:
    said = hvtree("do", "checkpoint", "one/web", "two/web", "--group", "--yes")
    assert said.code == 0, said.err
    assert "done, and checked on all hosts." in said.out
    assert "On ‘PAIR’: done" in said.out
    assert "On ‘SECOND’: done" in said.out


def test_the_worst_host_decides_the_exit_code(hvtree: Terminal, hosts: Hosts) -> None:
    hosts[1].hyperv.faults.add(Fault(cmdlet="Remove-VMSnapshot", error="FileInUse"))
    said = hvtree("do", "delete", "one/web/side", "two/web/side", "--yes", "--json")
    assert (said.code, said.json["verdict"]) == (1, "failed")
    assert [each["verdict"] for each in said.json["hosts"]] == ["as planned", "failed"]
    assert ["side" in names(host) for host in hosts] == [False, True]


def test_a_plan_over_two_hosts_says_which_step_is_on_which(hvtree: Terminal, hosts: Hosts) -> None:
    said = hvtree("plan", "delete", "one/side", "two/side")
    assert said.code == 0, said.err
    assert "PAIR: Delete" in said.out
    assert "SECOND: Delete" in said.out
    assert all("side" in names(host) for host in hosts)


def test_hosts_may_be_given_by_their_endpoints(hvtree: Terminal, hosts: Hosts) -> None:
    targets = [f"{host.endpoint.url}/db" for host in hosts]
    said = hvtree("do", "checkpoint", *targets, "--user", USER, "--name", "x", "--yes", "--json")
    assert (said.code, said.json["verdict"]) == (0, "as planned"), said.err
    assert all("x" in names(host, "db") for host in hosts)


def test_one_host_may_stand_in_front_of_its_target_too(hvtree: Terminal, hosts: Hosts) -> None:
    said = hvtree("do", "rename", "ONE/web/side", "--name", "other", "--yes")
    assert said.code == 0, said.err
    assert "other" in names(hosts[0])


def test_a_host_in_two_spellings_is_connected_once(hvtree: Terminal, hosts: Hosts) -> None:
    said = hvtree("plan", "checkpoint", "one/web", "ONE/db", "--json")
    assert said.code == 0, said.err
    assert said.json["hosts"] == ["PAIR"]
    assert hosts[0].count("Create") == 1


def test_a_slash_in_a_name_behind_a_host_is_no_host(hvtree: Terminal, hosts: Hosts) -> None:
    said = hvtree("plan", "delete", "one", "web/side")
    assert said.code == 0, said.err
    assert hosts[1].count() == 0


def test_a_word_without_a_host_among_others_is_code_2(hvtree: Terminal, hosts: Hosts) -> None:
    said = hvtree("do", "checkpoint", "one/web", "db", "--yes", "--json")
    assert (said.code, said.json["verdict"]) == (2, "refused")
    assert "‘db’ does not begin with a host." in said.json["message"]
    assert hosts[0].count() == 0


def test_a_host_that_nobody_knows_is_code_2_with_its_name(hvtree: Terminal, hosts: Hosts) -> None:
    said = hvtree("do", "checkpoint", "nobody/web", "two/web", "--yes")
    assert said.code == 2
    assert "nobody/web" in said.err


def test_the_password_of_each_host_is_asked_for(
    hvtree: Terminal, hosts: Hosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return PASSWORD

    monkeypatch.delenv("HVTREE_PASSWORD")
    monkeypatch.setattr("getpass.getpass", ask)
    said = hvtree("do", "delete", "one/web/side", "two/web/side", typed="n\n")
    assert said.code == 3
    assert [prompt.rstrip(": ").rpartition(" ")[2] for prompt in asked] == ["one", "two"]


def test_a_host_that_is_not_there_leaves_the_other_untouched(hvtree: Terminal, hosts: Hosts) -> None:
    save(
        default_path(),
        Settings(
            (HostProfile("one", hosts[0].endpoint.url, USER), HostProfile("two", "http://127.0.0.1:9", USER))
        ),
    )
    said = hvtree("do", "checkpoint", "one/web", "two/web", "--group", "--name", "both", "--yes", "--json")
    assert (said.code, said.json["verdict"]) == (1, "failed")
    assert "both" not in names(hosts[0])
