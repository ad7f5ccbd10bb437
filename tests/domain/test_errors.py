"""Errors that reach people: sentences first, the raw record beside them."""

from hvtree.domain.errors import ErrorRecord, HostFailure, HVTreeError
from hvtree.domain.receipt import Outcome, Receipt

RECORD = ErrorRecord(
    "Checkpoints have been disabled.",
    "InvalidOperation",
    "OperationFailed,Microsoft.HyperV.PowerShell.Commands.CheckpointVM",
    hresult=-2147024784,
    target="web",
)


def test_an_error_says_what_why_and_what_now_in_one_line() -> None:
    assert HVTreeError("It failed.", why="The disk is full.", now="Free space.").sentence == (
        "It failed. The disk is full. Free space."
    )
    assert HVTreeError("It failed.").sentence == "It failed."


def test_a_record_is_shown_with_its_identifiers() -> None:
    assert RECORD.identifier == "OperationFailed"
    assert RECORD.as_text().splitlines() == [
        "Checkpoints have been disabled.",
        "CategoryInfo: InvalidOperation",
        "FullyQualifiedErrorId: OperationFailed,Microsoft.HyperV.PowerShell.Commands.CheckpointVM",
        "HRESULT: 0x80070070",
        "TargetObject: web",
    ]
    assert HostFailure("It failed.", RECORD).details == RECORD.as_text()


def test_a_receipt_tells_its_failures() -> None:
    fine, failed = Outcome("a"), Outcome("b", error=RECORD)

    assert Receipt((fine, failed)).failures == (failed,)
    assert fine.is_ok
