"""The six actions from the command line to an emulated host behind WinRM, and the exit codes."""

import pytest

from hvtree.emulator.host.faults import Fault
from tests.support.narrowing import not_none
from tests.support.remote_host import RemoteHost
from tests.support.terminal import Terminal

WEB = "a0000000-0000-4000-8000-000000000001"
PATCH1 = "c0000000-0000-4000-8000-000000000002"


def checkpoints(
    hvtree: Terminal, host: RemoteHost, vm: str = "web"
) -> tuple[dict[str, str | None], str | None]:
    """Return the names of a VM's checkpoints with their parents' names, as `show --json` tells them."""
    (found,) = [each for each in hvtree.on(host, "show", "--json").json["vms"] if each["name"] == vm]
    names = {each["id"]: each["name"] for each in found["checkpoints"]}
    return {each["name"]: names.get(each["parent"]) for each in found["checkpoints"]}, names.get(found["now"])


def test_a_checkpoint_is_taken_under_its_name(hvtree: Terminal, host: RemoteHost) -> None:
    said = hvtree.on(host, "do checkpoint", "web", "--name", "before patch", "--yes")
    assert said.code == 0, said.err
    assert checkpoints(hvtree, host)[0]["before patch"] == "patch2"
    assert "checked on the host" in said.out


def test_the_json_tells_the_id_of_the_checkpoint_that_was_taken_and_the_plan(
    hvtree: Terminal, host: RemoteHost
) -> None:
    said = hvtree.on(host, "do checkpoint", "web", "db", "--name", "before patch", "--yes", "--json")
    taken = {(each["vm"], each["id"]) for step in said.last["steps"] for each in step["taken"]}
    shown = hvtree.on(host, "show", "--json").json["vms"]
    assert taken == {(vm["id"], vm["now"]) for vm in shown if vm["name"] in {"web", "db"}}
    assert said.last["plan"]["risk"] == "none"
    assert [step["action"] for step in said.last["steps"]] == ["checkpoint", "notes"]


def test_a_refused_job_has_no_plan_in_its_json(hvtree: Terminal, host: RemoteHost) -> None:
    said = hvtree.on(host, "do rename", "side", "--name", " ", "--yes", "--json")
    assert (said.code, said.last["plan"], said.last["steps"]) == (3, None, [])


def test_a_checkpoint_without_a_name_gets_the_default_one(hvtree: Terminal, host: RemoteHost) -> None:
    assert hvtree.on(host, "do checkpoint", "db", "--yes").code == 0
    names, now = checkpoints(hvtree, host, "db")
    assert not_none(now).startswith("db - (")
    assert now in names


def test_a_group_is_taken_at_one_instant_and_brought_back(hvtree: Terminal, host: RemoteHost) -> None:
    said = hvtree.on(host, "do checkpoint", "web", "db", "--group", "--name", "both", "--yes", "--json")
    assert (said.code, said.last["verdict"]) == (0, "as planned")
    states = {each["name"]: each["state"] for each in hvtree.on(host, "show", "--json").json["vms"]}
    assert (states["web"], states["db"]) == ("Running", "Off")


def test_a_checkpoint_is_renamed(hvtree: Terminal, host: RemoteHost) -> None:
    assert hvtree.on(host, "do rename", "side", "--name", "other", "--yes").code == 0
    assert "other" in checkpoints(hvtree, host)[0]


def test_a_checkpoint_is_applied_with_a_safety_checkpoint_first(hvtree: Terminal, host: RemoteHost) -> None:
    said = hvtree.on(host, "do apply", "web/side", "--start", "--yes", "--json")
    assert (said.code, said.last["verdict"]) == (0, "as planned")
    names, now = checkpoints(hvtree, host)
    assert now == "side"
    assert [name for name in names if name.startswith("Safety Checkpoint - web")]


def test_a_checkpoint_is_applied_without_safety_if_asked(hvtree: Terminal, host: RemoteHost) -> None:
    assert hvtree.on(host, "do apply", "web/side", "--no-safety", "--yes").code == 0
    names, now = checkpoints(hvtree, host)
    assert (len(names), now) == (4, "side")


def test_a_vm_is_reverted(hvtree: Terminal, host: RemoteHost) -> None:
    said = hvtree.on(host, "do revert", "web", "--no-safety", "--yes", "--json")
    assert (said.code, said.last["verdict"]) == (0, "as planned")


def test_a_checkpoint_is_exported(hvtree: Terminal, host: RemoteHost) -> None:
    assert hvtree.on(host, "do export", "side", "--to", "D:\\Exports", "--yes").code == 0
    assert host.hyperv.get_child_item("D:\\Exports")


def test_checkpoints_are_deleted_by_name_and_by_id(hvtree: Terminal, host: RemoteHost) -> None:
    assert hvtree.on(host, "do delete", PATCH1.upper(), "--yes", "web/side").code == 0
    assert checkpoints(hvtree, host) == ({"base": None, "patch2": "base"}, "patch2")


def test_a_subtree_is_deleted(hvtree: Terminal, host: RemoteHost) -> None:
    assert hvtree.on(host, "do delete-subtree", "patch1", "--yes").code == 0
    assert checkpoints(hvtree, host) == ({"base": None, "side": "base"}, "base")


def test_json_is_the_only_thing_on_standard_output(hvtree: Terminal, host: RemoteHost) -> None:
    said = hvtree.on(host, "do rename", "side", "--name", "other", "--yes", "--json")
    assert said.json == said.last
    assert list(said.json) == ["verdict", "message", "errors", "plan", "steps", "hosts"]
    (step,) = said.json["steps"]
    assert list(step) == [
        "title",
        "host",
        "wait_s",
        "action",
        "name",
        "checkpoints",
        "phase",
        "text",
        "taken",
    ]
    assert (step["phase"], step["host"]) == ("done", "PAIR")
    assert said.json["hosts"] == [
        {"host": "PAIR", "verdict": "as planned", "message": said.json["message"], "left_in": []},
    ]


@pytest.mark.parametrize(("target", "code"), [("nothing", 2), ("00000000-0000-4000-8000-000000000000", 2)])
def test_json_tells_also_of_a_target_that_is_not_there(
    hvtree: Terminal, host: RemoteHost, target: str, code: int
) -> None:
    said = hvtree.on(host, "do delete", target, "--yes", "--json")
    assert (said.code, said.json["verdict"], said.json["steps"]) == (code, "refused", [])
    assert target in said.json["message"]


def test_options_may_stand_before_the_verb(
    hvtree: Terminal, host: RemoteHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTREE_PASSWORD", "correct horse")
    said = hvtree(
        "do", "--yes", "--json", "--user", "demo", "rename", host.endpoint.url, "--name", "other", "side"
    )
    assert said.code == 0, said.err


@pytest.mark.parametrize(
    ("answer", "code", "name"), [("y\n", 0, "other"), ("n\n", 3, "side"), ("", 3, "side")]
)
def test_a_person_is_asked_and_only_yes_means_yes(
    hvtree: Terminal, host: RemoteHost, answer: str, code: int, name: str
) -> None:
    said = hvtree.on(host, "do rename", "side", "--name", "other", typed=answer)
    assert said.code == code
    assert "[y/N]" in said.err
    assert "Rename checkpoint" in said.out
    assert name in checkpoints(hvtree, host)[0]


def test_without_a_terminal_and_without_consent_nothing_is_even_asked_of_the_host(
    hvtree: Terminal, host: RemoteHost
) -> None:
    said = hvtree.on(host, "do delete", "side")
    assert said.code == 2
    assert "--yes" in said.err
    assert host.count() == 0


def test_a_failure_of_the_host_is_code_1_with_its_words(hvtree: Terminal, host: RemoteHost) -> None:
    host.hyperv.faults.add(Fault(cmdlet="Remove-VMSnapshot", error="FileInUse"))
    said = hvtree.on(host, "do delete", "side", "--yes", "--json")
    assert (said.code, said.last["verdict"]) == (1, "failed")
    assert said.last["steps"][0]["phase"] == "failed"


def test_details_of_a_failure_come_with_debug(hvtree: Terminal, host: RemoteHost) -> None:
    host.hyperv.faults.add(Fault(cmdlet="Remove-VMSnapshot", error="FileInUse"))
    assert "FullyQualifiedErrorId" in hvtree.on(host, "do delete", "side", "--yes", "--debug").err


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "x" * 10_000, "two\nlines", "\x1b[31m"])
def test_a_name_that_cannot_be_is_refused_with_code_3(hvtree: Terminal, host: RemoteHost, name: str) -> None:
    said = hvtree.on(host, "do checkpoint", "db", "--name", name, "--yes", "--json")
    assert (said.code, said.last["verdict"]) == (3, "refused")
    assert "name" in said.last["message"]
    assert checkpoints(hvtree, host, "db") == ({}, None)


@pytest.mark.parametrize(
    "name", ['it\'s "it"', "$(Remove-VM *)", "`whoami`", "\u202egnirts", "🧪 検査", "-dash", "a/b", "x" * 100]
)
def test_a_strange_name_is_taken_as_it_is(hvtree: Terminal, host: RemoteHost, name: str) -> None:
    said = hvtree.on(host, "do rename", "side", f"--name={name}", "--yes", "--json")
    assert (said.code, said.last["verdict"]) == (0, "as planned")
    assert name in checkpoints(hvtree, host)[0]


@pytest.mark.parametrize("folder", ["", "relative", "D:\\a\nb", "D:\\$(x)\\`y`", "D:\\" + "x" * 10_000])
def test_a_folder_that_cannot_be_never_harms(hvtree: Terminal, host: RemoteHost, folder: str) -> None:
    said = hvtree.on(host, "do export", "side", f"--to={folder}", "--yes", "--json")
    assert said.last["verdict"] in {"refused", "as planned", "failed"}
    assert (said.code == 0) == (said.last["verdict"] == "as planned")
    assert said.last["message"]


def test_a_wrong_password_is_tried_once(
    hvtree: Terminal, host: RemoteHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTREE_PASSWORD", "wrong")
    said = hvtree("do", "delete", host.endpoint.url, "side", "--user", "demo", "--yes", "--json")
    assert (said.code, said.last["verdict"]) == (1, "failed")
    assert "wrong" not in said.out + said.err
    assert host.count("denied") == 1


def test_a_host_that_is_not_there_is_code_1(hvtree: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HVTREE_PASSWORD", "x")
    said = hvtree("show", "http://127.0.0.1:9/wsman", "--user", "demo")
    assert said.code == 1
    assert said.out == ""
    assert "127.0.0.1" in said.err
