"""Exporting a checkpoint."""

import pytest

from hvtree.domain.edits import Export
from hvtree.domain.model import HostState, Volume
from hvtree.operations.base import Plan, Risk
from hvtree.operations.export import ExportCheckpoint
from tests.support.plans import after, at, fleet, refusal, sentences, titles
from tests.support.trees import GB, READ_AT, lab, vm


def exporting(state: HostState, folder: str) -> Plan:
    return ExportCheckpoint(at(state, "web", "p1"), folder).plan(fleet(state))


def test_an_export_is_one_step_that_can_be_cancelled_and_changes_nothing() -> None:
    state = lab(web="base(p1~*)")
    plan = exporting(state, "D:\\Exports")

    assert titles(plan) == ["Export checkpoint ‘p1’ on VM ‘web’ to ‘D:\\Exports’"]
    assert (plan.steps[0].can_cancel, plan.risk, plan.button) == (True, Risk.NONE, "Export")
    assert after(plan).vms == state.vms
    assert sentences(plan) == (
        "Up to 13 GB are written to ‘D:\\Exports\\web’; each drive becomes one file.",
        "If files of an earlier export are there, it fails and leaves them as they are.",
        "VM and checkpoints stay as they are; until the export has ended, nothing else can be done with the VM.",
        "Cancelling leaves a part of the files behind.",
    )


def test_vms_of_one_name_are_said_to_collide() -> None:
    state = lab(web="base(p1*)", twin=vm("", "WEB"))

    assert (
        "2 VMs on this host are called ‘web’, and exports of both would go to the same folder: "
        "choose a folder of its own for each."
    ) in sentences(exporting(state, "D:\\Exports"))


def test_a_share_needs_rights_of_the_host() -> None:
    assert "The host writes as itself: the computer account ‘vhost$’ needs rights on the share." in sentences(
        exporting(lab(web="base(p1*)"), "\\\\nas\\exports")
    )


def test_a_volume_with_too_little_room_is_told() -> None:
    state = lab(web="base(p1*)")
    tight = HostState.of("vhost", READ_AT, state.vms.values(), [Volume("E:", 100 * GB, 10 * GB)])

    assert "Volume E: has only 10 GB free: this may not be enough." in sentences(exporting(tight, "E:\\x"))


@pytest.mark.parametrize(
    "folder",
    [
        "D:\\",
        "D:\\Exports\\",
        "d:\\a b\\c.d",
        "\\\\nas\\share",
        "\\\\nas\\share$\\x\\",
        "C:\\$(x)`'‘",
        "C:\\Ünïcode",
    ],
)
def test_a_folder_on_the_host_or_a_share_is_taken(folder: str) -> None:
    edit = exporting(lab(web="base(p1*)"), folder).steps[0].edit
    assert isinstance(edit, Export)
    assert edit.folder == folder


@pytest.mark.parametrize(
    ("folder", "why"),
    [
        ("", "No folder is given."),
        ("  ", "No folder is given."),
        ("Exports", "‘Exports’ is no absolute path on the host."),
        ("D:Exports", "‘D:Exports’ is no absolute path on the host."),
        ("\\Exports", "‘\\Exports’ is no absolute path on the host."),
        ("/srv/exports", "‘/srv/exports’ is no absolute path on the host."),
        ("\\\\nas", "‘\\\\nas’ is no absolute path on the host."),
        ("two\nlines", "‘two lines’ is no absolute path on the host."),
        ("D:\\a/b", "A path on Windows cannot hold the character /."),
        ("D:\\a|b", "A path on Windows cannot hold the character |."),
        ("D:\\a:b", "A path on Windows cannot hold the character :."),
        ("D:\\a\nb", "A path on Windows cannot hold the character U+000A."),
        ("\\\\?\\D:\\a", "A path on Windows cannot hold the character ?."),
        ("D:\\a\\..\\b", "‘..’ is no name for a folder: it ends with a dot or a blank."),
        ("D:\\a \\b", "‘a ’ is no name for a folder: it ends with a dot or a blank."),
        ("D:\\nul", "‘nul’ is the name of a device on Windows."),
        ("D:\\COM1.txt\\b", "‘COM1.txt’ is the name of a device on Windows."),
        (
            "D:\\" + "a" * 10_000,
            "The path has 10,003 characters; more than 160 leave no room for the files in it.",
        ),
    ],
)
def test_a_folder_that_cannot_be_is_refused_with_the_reason(folder: str, why: str) -> None:
    state = lab(web="base(p1*)")

    assert why in refusal(ExportCheckpoint(at(state, "web", "p1"), folder), state)
