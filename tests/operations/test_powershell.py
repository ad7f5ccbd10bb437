"""The PowerShell that is shown: it says the same, and no name breaks out of its quotes."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hvtree.domain.checkpoint import CheckpointRef
from hvtree.domain.edits import (
    Apply,
    CheckpointNotes,
    Create,
    Delete,
    DeleteSubtree,
    Edit,
    Export,
    Power,
    Rename,
    SetNotes,
    SetPower,
    SetVmNotes,
)
from hvtree.operations.base import Step
from hvtree.operations.powershell import lines, quote, script
from tests.support.plans import fleet
from tests.support.powershell import NO_POWERSHELL, find_powershell
from tests.support.trees import lab

REF = CheckpointRef("vm-1", "cp-1")


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (SetPower(("vm-1",), Power.SAVE), "Get-VM -Id 'vm-1' | Save-VM"),
        (SetPower(("vm-1",), Power.SHUT_DOWN), "Get-VM -Id 'vm-1' | Stop-VM"),
        (SetPower(("vm-1",), Power.TURN_OFF), "Get-VM -Id 'vm-1' | Stop-VM -TurnOff"),
        (
            SetPower(("vm-1", "vm-2"), Power.PAUSE),
            "$vms = 'vm-1', 'vm-2' | ForEach-Object { Get-VM -Id $_ }\nSuspend-VM -VM $vms",
        ),
        (Create(("vm-1",), "it's"), "Get-VM -Id 'vm-1' | Checkpoint-VM -SnapshotName 'it''s'"),
        (Rename(REF, "$(x) `n"), "Get-VMSnapshot -Id 'cp-1' | Rename-VMSnapshot -NewName '$(x) `n'"),
        (SetVmNotes(("vm-1",), "it's"), "Get-VM -Id 'vm-1' | Set-VM -Notes 'it''s'"),
        (Apply((REF,)), "Get-VMSnapshot -Id 'cp-1' | Restore-VMSnapshot -Confirm:$false"),
        (
            Apply((REF, CheckpointRef("vm-2", "cp-2"))),
            "'cp-1', 'cp-2' | ForEach-Object { Get-VMSnapshot -Id $_ | Restore-VMSnapshot -Confirm:$false }",
        ),
        (Export(REF, "D:\\Exports"), "Get-VMSnapshot -Id 'cp-1' | Export-VMSnapshot -Path 'D:\\Exports'"),
        (Delete((REF,)), "Get-VMSnapshot -Id 'cp-1' | Remove-VMSnapshot"),
        (
            Delete((REF, CheckpointRef("vm-1", "cp-2"))),
            "'cp-1', 'cp-2' | ForEach-Object { Get-VMSnapshot -Id $_ | Remove-VMSnapshot }",
        ),
        (DeleteSubtree(REF), "Get-VMSnapshot -Id 'cp-1' | Remove-VMSnapshot -IncludeAllChildSnapshots"),
    ],
)
def test_each_edit_has_its_line(edit: Edit, text: str) -> None:
    assert lines(edit) == text


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("", "''"),
        ("plain", "'plain'"),
        ("‘a’ ‚b‛ 'c'", "'‘‘a’’ ‚‚b‛‛ ''c'''"),
        ("two\nlines", "('two' + [char]0x000A + 'lines')"),
        ("\u202eturned", "('' + [char]0x202E + 'turned')"),
        ("half\ud83d", "('half' + [char]0xD83D)"),
        ("😀", "'😀'"),
    ],
)
def test_a_text_is_quoted_so_that_nothing_in_it_works(text: str, quoted: str) -> None:
    assert quote(text) == quoted


def test_a_title_with_line_breaks_stays_a_comment() -> None:
    text = script(((Step("Rename\nRemove-VM *\r", "vhost", Rename(REF, "x")),),), fleet(lab()))

    assert text.splitlines() == [
        "# Rename Remove-VM * ",
        "Get-VMSnapshot -Id 'cp-1' | Rename-VMSnapshot -NewName 'x'",
    ]


def test_a_wait_before_a_step_is_a_sleep() -> None:
    start = SetPower(("vm-1",), Power.START)
    text = script(((Step("Start web", "vhost", start, wait_s=30),),), fleet(lab()))

    assert text.splitlines() == ["# Start web", "Start-Sleep -Seconds 30", "Get-VM -Id 'vm-1' | Start-VM"]


@given(st.text())
def test_the_quoted_text_reads_back_as_the_same(text: str) -> None:
    assert _read(quote(text)) == text


def _read(expression: str) -> str:
    """Evaluate such an expression by the rules of PowerShell's language specification."""
    expression = expression.removeprefix("(").removesuffix(")") if expression.startswith("(") else expression
    units = bytearray()
    at = 0
    while at < len(expression):
        if expression.startswith("[char]0x", at):
            units += bytes.fromhex(expression[at + 8 : at + 12])
            at += 12
        elif expression[at] in "'‘’‚‛":
            at += 1
            while not (expression[at] in "'‘’‚‛" and expression[at + 1 : at + 2] not in tuple("'‘’‚‛")):
                step = 2 if expression[at] in "'‘’‚‛" else 1
                units += expression[at].encode("utf-16-be", "surrogatepass")
                at += step
            at += 1
        else:
            assert expression.startswith(" + ", at)
            at += 3
    return units.decode("utf-16-be", "surrogatepass")


@pytest.mark.skipif(find_powershell() is None, reason=NO_POWERSHELL)
def test_a_real_powershell_reads_every_quoted_text_back() -> None:
    engine = find_powershell()
    assert engine is not None
    texts = ["it's", "‘a’ ‚b‛", '$(Get-Date) `n "x"', "two\nlines", "\u202eturned", "", "end'", "😀"]
    compare = "; ".join(
        f"(({quote(text)}).ToCharArray() | ForEach-Object {{ [int]$_ }}) -join ','" for text in texts
    )

    done = subprocess.run(
        [engine, "-NoProfile", "-Command", compare], capture_output=True, text=True, check=True
    )

    units = [text.encode("utf-16-le") for text in texts]
    wanted = [
        ",".join(str(int.from_bytes(each[at : at + 2], "little")) for at in range(0, len(each), 2))
        for each in units
    ]
    assert done.stdout.splitlines() == wanted


def test_the_notes_of_a_checkpoint_that_is_still_to_be_taken_go_where_its_vm_stands() -> None:
    refs = (REF, CheckpointRef("vm-2", "new:0001:vm-2"))
    text = lines(SetNotes(tuple(CheckpointNotes(ref, "it's\r\n<b>") for ref in refs)))
    assert text.splitlines()[1].startswith("$notes = [System.Security.SecurityElement]::Escape(")
    assert "'cp-1', (Get-VM -Id 'vm-2').ParentSnapshotId | ForEach-Object {" in text
    assert text.count("<b>") == 1
    assert "-MethodName ModifySystemSettings" in text


def test_many_ids_stand_on_lines_of_their_own_and_a_few_on_one() -> None:
    few, many = (
        lines(Delete(tuple(CheckpointRef("vm", f"c{k}") for k in range(count)))) for count in (12, 13)
    )
    assert few.count("\n") == 0
    assert many.startswith("'c0',\n    'c1',\n")
    assert many.count("\n") == 12
