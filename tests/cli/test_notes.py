"""Passports, notes and locks from the command line, on an emulated host behind WinRM."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hvtree.app.settings import Settings
from hvtree.app.settings_file import default_path, save
from tests.support.remote_host import USER, RemoteHost
from tests.support.terminal import Terminal


@pytest.fixture(autouse=True)
def anna(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody new, with a name and a data folder of her own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setenv("LOGNAME", "anna")
    monkeypatch.setenv("USERDOMAIN", "CORP")


def shown(hvtree: Terminal, host: RemoteHost, name: str, vm: str = "web") -> dict[str, Any]:
    """Return a checkpoint as `show --json` tells it."""
    (found,) = [each for each in hvtree.on(host, "show", "--json").json["vms"] if each["name"] == vm]
    (one,) = [each for each in found["checkpoints"] if each["name"] == name]
    return dict(one)


def test_a_checkpoint_is_taken_with_its_passport(hvtree: Terminal, host: RemoteHost) -> None:
    options = ("--reason", "Before · patching", "--ticket", "CHG-1", "--keep-until", "2099-12-24", "--lock")
    said = hvtree.on(host, "do checkpoint", "web", "--name", "new", *options, "--yes", "--json")
    assert (said.code, said.last["verdict"]) == (0, "as planned"), said.err
    assert [step["action"] for step in said.last["steps"]] == ["checkpoint", "notes"]
    (written,) = said.last["plan"]["bring_back"]
    assert written["checkpoints"][0]["id"] is None
    one = shown(hvtree, host, "new")
    at = one["passport"].pop("at")
    assert one["passport"] == {
        "reason": "Before · patching",
        "ticket": "CHG-1",
        "keep_until": "2099-12-24",
        "is_expired": False,
        "is_locked": True,
        "author": "CORP\\anna",
        "safety_before": None,
        "group": None,
        "group_mark": None,
    }
    line = "[HVTree] Before ·· patching · ticket CHG-1 · keep until 2099-12-24 · locked · by CORP\\anna"
    assert one["notes"] == f"{line} · {at[:10]} {at[11:16]}Z"


def test_a_group_has_one_passport_each(hvtree: Terminal, host: RemoteHost) -> None:
    said = hvtree.on(
        host, "do checkpoint", "web", "db", "--group", "--name", "both", "--reason", "x", "--yes"
    )
    assert said.code == 0, said.err
    for vm in ("web", "db"):
        assert shown(hvtree, host, "both", vm)["passport"]["reason"] == "x"


def test_without_options_a_checkpoint_says_who_took_it_and_when(hvtree: Terminal, host: RemoteHost) -> None:
    said = hvtree.on(host, "do checkpoint", "web", "--name", "new", "--yes", "--json")
    assert said.last["steps"][1]["title"] == "Write author and time into the notes of the new checkpoint"
    one = shown(hvtree, host, "new")
    at = one["passport"]["at"]
    assert one["notes"] == f"[HVTree] · by CORP\\anna · {at[:10]} {at[11:16]}Z"


def test_nothing_is_written_by_itself_where_the_settings_say_so(hvtree: Terminal, host: RemoteHost) -> None:
    save(default_path(), Settings(sign_checkpoints=False))
    assert hvtree.on(host, "do checkpoint", "web", "--name", "new", "--yes").code == 0
    assert shown(hvtree, host, "new")["notes"] == ""
    assert hvtree.on(host, "do checkpoint", "web", "--name", "typed", "--reason", "x", "--yes").code == 0
    assert shown(hvtree, host, "typed")["passport"]["author"] == ""


def test_a_locked_checkpoint_is_not_deleted_until_it_is_unlocked(hvtree: Terminal, host: RemoteHost) -> None:
    assert hvtree.on(host, "do lock", "side", "--yes").code == 0
    refused = hvtree.on(host, "do delete", "side", "--yes")
    assert refused.code == 3
    assert "is locked by CORP\\anna" in " ".join(refused.err.split())
    assert hvtree.on(host, "do delete-subtree", "base", "--yes").code == 3
    assert hvtree.on(host, "do unlock", "side", "--yes").code == 0
    assert hvtree.on(host, "do delete", "side", "--yes").code == 0


def test_notes_are_changed_part_by_part(hvtree: Terminal, host: RemoteHost) -> None:
    assert hvtree.on(host, "do notes", "side", "--text", "theirs", "--reason", "why", "--yes").code == 0
    first = shown(hvtree, host, "side")
    assert first["notes"].startswith("theirs\n[HVTree] why · by CORP\\anna · ")
    assert hvtree.on(host, "do notes", "side", "--ticket", "T-1", "--keep-until", "30d", "--yes").code == 0
    second = shown(hvtree, host, "side")["passport"]
    today = datetime.now(UTC).date()
    assert (second["reason"], second["ticket"]) == ("why", "T-1")
    assert date.fromisoformat(second["keep_until"]) - today in (timedelta(29), timedelta(30))
    away = ("--reason", "", "--keep-until", "none", "--text", "")
    assert hvtree.on(host, "do notes", "side", *away, "--yes").code == 0
    assert shown(hvtree, host, "side")["notes"].startswith("[HVTree] · ticket T-1 · by CORP\\anna")


def test_the_notes_of_a_vm_are_changed(hvtree: Terminal, host: RemoteHost) -> None:
    assert hvtree.on(host, "do vm-notes", "web", "db", "--text", "mine", "--yes").code == 0
    assert {vm["notes"] for vm in hvtree.on(host, "show", "--json").json["vms"]} == {"mine"}


def test_a_tree_tells_the_passport_in_words(hvtree: Terminal, host: RemoteHost) -> None:
    options = ("--reason", "why", "--ticket", "T-1", "--keep-until", "2020-01-01")
    hvtree.on(host, "do notes", "side", *options, "--yes")
    hvtree.on(host, "do lock", "side", "--yes")
    assert "Locked, why, T-1, expired since 2020-01-01, by" in hvtree.on(host, "show").out


def test_a_lock_is_undone_by_its_job(hvtree: Terminal, host: RemoteHost) -> None:
    hvtree.on(host, "do lock", "side", "--yes")
    said = hvtree("undo", "--user", USER, "--yes")
    assert said.code == 0, said.err
    assert shown(hvtree, host, "side")["notes"] == ""


def test_a_safety_checkpoint_says_what_it_is_and_until_when(hvtree: Terminal, host: RemoteHost) -> None:
    assert hvtree.on(host, "do apply", "side", "--yes").code == 0
    (found,) = [each for each in hvtree.on(host, "show", "--json").json["vms"] if each["name"] == "web"]
    (one,) = [each for each in found["checkpoints"] if "Safety" in each["name"]]
    assert one["passport"]["safety_before"] == "side"
    days = date.fromisoformat(one["passport"]["keep_until"]) - datetime.now(UTC).date()
    assert days in (timedelta(6), timedelta(7))


def test_a_day_that_is_none_is_said(hvtree: Terminal, host: RemoteHost) -> None:
    for text in ("soon", "2026-02-31", "9999w" * 9):
        said = hvtree.on(host, "do checkpoint", "web", "--keep-until", text, "--yes")
        assert said.code == 2
        assert "is not a day" in " ".join(said.err.split())


def test_expired_safety_checkpoints_are_deleted_in_one_plan(hvtree: Terminal, host: RemoteHost) -> None:
    nothing = hvtree.on(host, "do delete-expired", "web", "--yes")
    assert (nothing.code, "No safety checkpoint has expired." in nothing.err) == (3, True)
    for name, day in (("side", "2020-01-01"), ("patch1", "2099-01-01")):
        notes = f"[HVTree] · safety before applying x · keep until {day}"
        assert hvtree.on(host, "do notes", name, "--text", notes, "--yes").code == 0
    said = hvtree.on(host, "do delete-expired", "web", "db", "--yes", "--json")
    assert said.code == 0
    assert "1 expired safety checkpoint" in said.last["plan"]["title"]
    assert "side" not in hvtree.on(host, "show").out


@pytest.mark.parametrize(
    ("words", "code", "complaint"),
    [
        (("do notes", "side"), 2, "not said what the notes are to be"),
        (("do notes", "side", "--text", ""), 3, "say this already"),
        (("do unlock", "side"), 3, "not locked"),
    ],
)
def test_what_makes_no_sense_is_said(
    hvtree: Terminal, host: RemoteHost, words: tuple[str, ...], code: int, complaint: str
) -> None:
    said = hvtree.on(host, *words, "--yes")
    assert said.code == code
    assert complaint in said.err


@pytest.mark.parametrize("days", ["-1", "4000", '"soon"'])
def test_a_bad_number_of_days_in_the_settings_is_told(hvtree: Terminal, host: RemoteHost, days: str) -> None:
    default_path().parent.mkdir(parents=True, exist_ok=True)
    default_path().write_text(f'{{"keep_safety_days": {days}}}', encoding="utf-8")
    said = hvtree.on(host, "do apply", "side", "--yes")
    assert said.code == 2
    assert "keep_safety_days" in said.err
