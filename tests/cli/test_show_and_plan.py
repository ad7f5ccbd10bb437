"""`hvtree show` and `hvtree plan`, and words on the command line that are wrong."""

import json

import pytest

from hvtree.app.settings import Settings
from hvtree.app.settings_file import default_path, save
from hvtree.domain.host_profile import HostProfile
from hvtree.domain.model import HostState
from tests.support.counting import Calls
from tests.support.remote_host import RemoteHost
from tests.support.terminal import Terminal


def test_show_draws_the_trees(hvtree: Terminal, host: RemoteHost) -> None:
    said = hvtree.on(host, "show")
    assert said.code == 0
    assert "└─ side" in said.out
    assert said.out.count("▶ Now") == said.out.count("checkpoint") - 1


@pytest.mark.parametrize(
    ("command", "rest"), [("show", ()), ("plan delete", ("side",)), ("do delete", ("side", "--yes"))]
)
def test_no_reading_of_a_host_is_written_out_behind_the_scenes(
    hvtree: Terminal, host: RemoteHost, monkeypatch: pytest.MonkeyPatch, command: str, rest: tuple[str, ...]
) -> None:
    """Python does so with the result of a task, and a reading may be of 100,000 checkpoints."""
    written = Calls(monkeypatch, HostState, "__repr__")
    assert hvtree.on(host, command, *rest).code == 0
    assert written.number == 0


def test_show_json_has_the_promised_shape(hvtree: Terminal, host: RemoteHost) -> None:
    record = hvtree.on(host, "show", "--json").json
    assert list(record) == ["host", "taken_at", "volumes", "vms", "unfinished"]
    assert list(record["vms"][0]) == [
        "id", "name", "state", "status", "activity", "percent", "notes", "has_notes_here", "generation", "version", "uptime_s",
        "memory_bytes", "memory_startup_bytes", "checkpoint_type", "is_replica", "space", "is_measured", "now", "checkpoints",
        "drives", "files",
    ]  # fmt: skip
    assert list(record["vms"][0]["checkpoints"][0]) == [
        "id", "parent", "name", "kind", "has_memory", "is_automatic", "created", "size_bytes", "state_bytes",
        "notes", "has_notes_here", "passport", "drives",
    ]  # fmt: skip
    assert set(record["vms"][0]["files"][0]) == {"path", "parent", "size_bytes", "virtual_bytes"}


def test_a_saved_host_is_found_by_its_name(
    hvtree: Terminal, host: RemoteHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTREE_PASSWORD", "correct horse")
    save(default_path(), Settings((HostProfile("lab", host.endpoint.url, "demo"),)))
    assert hvtree("show", "LAB", "--json").json["host"] == "PAIR"


def test_a_plan_tells_steps_consequences_risk_and_powershell_and_does_nothing(
    hvtree: Terminal, host: RemoteHost
) -> None:
    said = hvtree.on(host, "plan delete", "side")
    assert said.code == 0
    for part in ("Steps:", "What it means:", "Risk:", "Remove-VMSnapshot"):
        assert part in said.out
    assert "side" in hvtree.on(host, "show").out


def test_a_plan_as_json_has_its_parts(hvtree: Terminal, host: RemoteHost) -> None:
    record = hvtree.on(host, "plan apply", "side", "--json").json
    assert list(record) == [
        "title", "verb", "risk", "risk_text", "steps", "bring_back", "consequences", "hosts", "vms", "powershell",
    ]  # fmt: skip
    assert record["risk"] == "interrupts"


def test_a_plan_tells_what_becomes_of_vms_if_the_connection_fails(hvtree: Terminal, host: RemoteHost) -> None:
    words = ("plan checkpoint", "web", "db", "--group", "--json")
    by_kind = {each["kind"]: each for each in hvtree.on(host, *words).json["consequences"]}
    found = by_kind["comes-back-by-itself"]
    assert found["text"] == (
        "If this computer or the network fails, host ‘PAIR’ brings VM ‘web’ back within 45 seconds."
    )
    assert (found["about"]["host"], found["amounts"]) == ("PAIR", {"seconds": 45})
    assert [vm["name"] for vm in found["about"]["vms"]] == ["web"]
    said = hvtree.on(host, "plan checkpoint", "web", "db", "--group", "--leave-stopped")
    assert "VM ‘web’ on host ‘PAIR’ stays as it is then, as you wish." in " ".join(said.out.split())


def test_the_settings_say_after_how_long_a_host_brings_vms_back(hvtree: Terminal, host: RemoteHost) -> None:
    save(default_path(), Settings(bring_back_after_s=90))
    said = hvtree.on(host, "plan apply", "web/side", "--start")
    assert "brings VM ‘web’ back within 90 seconds." in " ".join(said.out.split())


@pytest.mark.parametrize("seconds", [4, 241, -1])
def test_a_time_in_which_no_host_can_bring_vms_back_is_code_2(hvtree: Terminal, seconds: int) -> None:
    save(default_path(), Settings(bring_back_after_s=seconds))
    said = hvtree("show", "lab")
    assert said.code == 2
    assert (
        f"‘bring_back_after_s’ is {seconds}, but hosts can bring VMs back after 5 to 240 seconds." in said.err
    )


def test_a_plan_that_is_refused_is_code_3_with_the_reason(hvtree: Terminal, host: RemoteHost) -> None:
    said = hvtree.on(host, "plan rename", "side", "--name", " ")
    assert said.code == 3
    assert "name" in said.err


def test_a_name_that_several_have_lists_the_candidates(hvtree: Terminal, host: RemoteHost) -> None:
    hvtree.on(host, "do rename", "web/side", "--name", "patch1", "--yes")
    said = hvtree.on(host, "plan delete", "patch1")
    assert said.code == 2
    assert said.err.count("web/patch1") == 2
    assert "c0000000-0000-4000-8000-000000000004" in said.err


@pytest.mark.parametrize(
    "target",
    ["nothing", "web/nothing", "00000000-0000-4000-8000-000000000000", "$(x)", "a\nb", "x" * 10_000, ""],
)
def test_a_target_that_is_not_there_is_code_2_with_a_sentence(
    hvtree: Terminal, host: RemoteHost, target: str
) -> None:
    said = hvtree.on(host, "plan delete", target)
    assert said.code == 2
    assert said.err.startswith("hvtree: There is no checkpoint")
    assert len(said.err) < 400


@pytest.mark.parametrize(
    "words",
    [
        ["show"],
        ["do"],
        ["do", "delete", "demo"],
        ["do", "delete-subtree", "demo", "x", "y"],
        ["do", "rename", "demo", "x"],
        ["do", "export", "demo", "x"],
        ["do", "explode", "demo", "x"],
        ["plan", "delete", "demo", "x", "--yes"],
        ["show", "demo", "extra"],
        ["show", "demo", "--password", "x"],
        ["nonsense"],
    ],
)
def test_wrong_words_are_code_2(hvtree: Terminal, words: list[str]) -> None:
    said = hvtree(*words)
    assert said.code == 2
    assert "usage:" in said.err


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["show", "nobody"], "demo"),
        (["show", "http://hv01"], "--user"),
        (["show", "ftp://hv01", "--user", "a"], "http://hv01:5985/wsman"),
        (["show", "http://a:secret@hv01", "--user", "a"], "given apart"),
        (["show", "http://hv01", "--user", "a"], "HVTREE_PASSWORD"),
    ],
)
def test_a_host_that_cannot_be_meant_is_code_2_with_what_to_do(
    hvtree: Terminal, words: list[str], hint: str
) -> None:
    said = hvtree(*words)
    assert said.code == 2
    assert hint in said.err
    assert "secret" not in said.err


def test_a_password_is_never_sent_in_the_clear(hvtree: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HVTREE_PASSWORD", "x")
    said = hvtree("show", "http://hv01", "--user", "a", "--transport", "basic")
    assert said.code == 2
    assert "TLS" in said.err


def test_the_password_is_asked_for_on_a_terminal(
    hvtree: Terminal, host: RemoteHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return "correct horse"

    monkeypatch.setattr("getpass.getpass", answer)
    said = hvtree("show", host.endpoint.url, "--user", "demo", "--json", typed="")
    assert said.code == 0, said.err
    assert len(asked) == 1


def test_damaged_settings_are_code_2_with_the_file(hvtree: Terminal) -> None:
    default_path().parent.mkdir(parents=True)
    default_path().write_text("{")
    said = hvtree("show", "lab")
    assert said.code == 2
    assert str(default_path()) in said.err


@pytest.mark.parametrize(
    ("verb", "words"), [("checkpoint", "HOST|HOST/VM"), ("delete", "HOST|HOST/CHECKPOINT")]
)
def test_the_help_of_a_verb_says_that_its_first_word_may_name_host_and_thing(
    hvtree: Terminal, verb: str, words: str
) -> None:
    assert f" {words} [" in hvtree("do", verb, "--help").out
    assert "with its host before it" in " ".join(hvtree("plan", verb, "--help").out.split())


def test_the_version_and_the_help_are_code_0(hvtree: Terminal) -> None:
    assert hvtree("--version").out.startswith("HVTree ")
    assert "delete-subtree" in hvtree("do", "--help").out


def test_the_demo_is_shown_and_ends_with_the_command(hvtree: Terminal) -> None:
    said = hvtree("show", "demo", "--json")
    assert said.code == 0, said.err
    assert "SSTest1" in [each["name"] for each in said.json["vms"]]


def test_a_world_that_is_not_there_gives_its_reason(hvtree: Terminal) -> None:
    said = hvtree("show", "demo", "--world", "nowhere")
    assert said.code == 1
    assert "nowhere" in said.err


def test_json_survives_letters_that_a_terminal_lacks(hvtree: Terminal, host: RemoteHost) -> None:
    hvtree.on(host, "do rename", "side", "--name", "検査", "--yes")
    said = hvtree.on(host, "show", "--json")
    assert said.out.isascii()
    assert "検査" in json.dumps(said.json, ensure_ascii=False)
