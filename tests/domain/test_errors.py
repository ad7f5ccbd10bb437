"""Errors that reach people: sentences first, the raw record beside them."""

from hvtree.domain.error_record import ErrorRecord
from hvtree.domain.errors import BadInput, HostFailure, HVTreeError
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


def test_what_a_host_says_forges_no_line_in_an_error() -> None:
    words = "Stopped.\r\nAs planned.\u2028\x1b[2J\u202ex"
    error = HVTreeError(words, why=words, now=words)
    assert error.what == error.why == error.now == "Stopped. As planned. \ufffd[2J\ufffdx"
    assert str(error) == error.what


def test_what_was_found_for_an_input_is_listed_line_by_line() -> None:
    assert BadInput("Two are called so.", now="Use one of:\n  a\n  b").now == "Use one of:\n  a\n  b"
