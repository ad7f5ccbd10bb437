"""`hvtree doctor`: exit codes, text and JSON, live stages, and no secret in either."""

import json
from typing import Any

import pytest

from hvtree.app.doctor.stage_report import StageId
from hvtree.app.settings import Settings
from hvtree.app.settings_file import default_path, save
from hvtree.domain.host_profile import HostProfile
from tests.support.examined_host import examined_host
from tests.support.remote_host import PASSWORD, USER
from tests.support.terminal import Terminal


def statuses(record: Any) -> dict[str, str]:
    return {stage["id"]: stage["outcome"] for stage in record["steps"]}


def test_a_healthy_host_is_code_0_and_every_step_is_printed(hvtree: Terminal) -> None:
    with examined_host() as target:
        said = hvtree.on(target.host, "doctor")
    assert said.code == 0, said.out
    assert said.out.startswith("HVTree connection report\n")
    assert said.out.endswith("verdict: The connection works.\n")
    assert said.out.count("\n[") == len(StageId)
    assert PASSWORD not in said.out + said.err


def test_a_failed_step_is_code_1_with_the_command_that_puts_it_right(hvtree: Terminal) -> None:
    with examined_host("quota") as target:
        said = hvtree.on(target.host, "doctor")
    assert said.code == 1
    assert "[FAILED] Remote shell and its quota" in said.out
    assert "MaxShellsPerUser" in said.out
    assert "Exposes: " in said.out
    assert "[not reached] HVTree's agent" in said.out


def test_a_warning_alone_is_code_0(hvtree: Terminal) -> None:
    with examined_host("small-envelope") as target:
        assert hvtree.on(target.host, "doctor").code == 0


def test_json_is_one_line_with_every_step(hvtree: Terminal) -> None:
    with examined_host("no-module") as target:
        said = hvtree.on(target.host, "doctor", "--json")
    assert said.out.count("\n") == 1
    record = json.loads(said.out)
    assert list(record) == [
        "host", "endpoint", "user", "transport", "began", "healthy", "verdict", "steps",
    ]  # fmt: skip
    assert record["healthy"] is False
    assert list(statuses(record)) == [stage_id.value for stage_id in StageId]
    assert statuses(record)["module"] == "failed"
    assert statuses(record)["vms"] == "not reached"
    remedy = next(stage for stage in record["steps"] if stage["id"] == "module")["remedies"][0]
    assert list(remedy) == ["what", "place", "command", "exposes"]
    assert PASSWORD not in said.out


def test_a_wrong_password_is_code_1_and_one_attempt(
    hvtree: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTREE_PASSWORD", "wrong")
    with examined_host() as target:
        said = hvtree("doctor", target.host.endpoint.url, "--user", USER)
        assert target.host.count("denied") == 1
    assert said.code == 1
    assert "wrong" not in said.out.replace("what went wrong", "")


def test_without_a_password_the_way_is_examined_as_far_as_the_login(hvtree: Terminal) -> None:
    with examined_host() as target:
        said = hvtree("doctor", target.host.endpoint.url, "--user", USER, "--json")
        assert target.host.count("denied") == 0
    found = statuses(said.json)
    assert (said.code, found["service"], found["login"]) == (1, "fine", "failed")


def test_a_saved_host_is_examined_by_its_name(hvtree: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HVTREE_PASSWORD", PASSWORD)
    with examined_host() as target:
        save(default_path(), Settings((HostProfile("lab", target.host.endpoint.url, USER),)))
        assert hvtree("doctor", "lab", "--json").json["host"] == "lab"


def test_the_certificate_is_judged_and_not_asked_about(hvtree: Terminal) -> None:
    with examined_host("unknown-authority") as target:
        said = hvtree.on(target.host, "doctor", "--json", typed="")
    assert statuses(said.json)["certificate-issuer"] == "failed"


def test_the_pin_that_is_offered_heals_the_connection(hvtree: Terminal) -> None:
    with examined_host("wrong-name") as target:
        said = hvtree.on(target.host, "doctor", "--json")
        stage = next(stage for stage in said.json["steps"] if stage["id"] == "certificate-issuer")
        command = next(r["command"] for r in stage["remedies"] if "--fingerprint" in r["command"])
        words = [word.strip("'") for word in command.split()[1:]]
        assert hvtree(*words).code == 0


def test_no_host_or_an_unknown_one_is_code_2(hvtree: Terminal) -> None:
    assert hvtree("doctor").code == 2
    said = hvtree("doctor", "nowhere")
    assert said.code == 2
    assert "no saved host" in said.err
