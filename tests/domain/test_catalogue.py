"""Errors of a host in any language: known by numbers and identifiers, shown as they are when unknown."""

import pytest

from hvtree.domain.catalogue import catalogue, explain, told
from hvtree.domain.error_record import ErrorRecord

_CLASSES = "Microsoft.HyperV.PowerShell.Commands."


def record(
    identifier: str = "",
    cmdlet: str = "",
    *,
    category: str = "NotSpecified",
    hresult: int | None = None,
    message: str = "Es ist ein Fehler aufgetreten.",
) -> ErrorRecord:
    fqid = f"{identifier},{_CLASSES}{cmdlet}" if cmdlet else identifier
    return ErrorRecord(message, category, fqid, hresult)


CASES = {
    "access-denied": record("AccessDenied", "GetVM", category="PermissionDenied"),
    "gone": record("ObjectNotFound", "GetVMSnapshot", category="ObjectNotFound"),
    "wrong-state": record("InvalidState", "SetVM", category="InvalidOperation"),
    "would-ask": record("InvalidOperation", "StopVM", category="InvalidOperation"),
    "checkpoint-failed": record("OperationFailed", "CheckpointVM"),
    "start-failed": record("OperationFailed", "StartVM"),
    "operation-failed": record("OperationFailed", "RestoreVMSnapshot"),
    "disk-full": record("OperationFailed", "CheckpointVM", hresult=0x80070070),
    "file-in-use": record("OperationFailed", "RemoveVMSnapshot", hresult=0x80070020),
    "export-denied": record("OperationFailed", "ExportVMSnapshot", hresult=0x80070005),
    "file-denied": record("OperationFailed", "StartVM", hresult=0x80070005),
    "file-exists": record("OperationFailed", "ExportVM", hresult=0x80070050),
    "file-missing": record("OperationFailed", "StartVM", hresult=0x80070002),
    "recovery-failed": record(hresult=32768),
    "out-of-memory": record("OutOfMemory", "StartVM"),
    "cancelled": record("OperationStopped,HVTree", category="OperationStopped"),
    "constrained-language": record(
        "MethodInvocationNotSupportedInConstrainedLanguage", category="InvalidOperation"
    ),
    "brought-back": record("LeaseOver,HVTree", category="OperationStopped"),
    "old-powershell": record("OldPowerShell,HVTree", category="NotInstalled"),
    "protocol": record("HVTree.Protocol", category="InvalidData"),
}


@pytest.mark.parametrize("code", CASES)
def test_a_record_is_known_by_its_identifiers_alone(
    code: str,
) -> None:  # facts 130, 131, 132, 133, 134, 135, 136
    found = explain(CASES[code])
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    ("identifier", "cmdlet"),
    [
        ("InvalidOperation", "StopVM"),
        ("HostFunctionNotImplemented", "StopVM"),
        ("Unspecified", "StopVMCommand"),
    ],
)
def test_a_guest_that_cannot_be_asked_is_known_however_it_is_said(
    identifier: str, cmdlet: str
) -> None:  # facts 52, 106 and 248
    assert told(record(identifier, cmdlet)).sentence == (
        "The guest cannot be asked to shut down, so its VM was left running. Its integration services do not answer, "
        "or its screen is locked. Shut it down from inside, or save the VM or turn it off."
    )


def test_a_module_that_is_missing_is_no_missing_file() -> None:  # fact 137
    missing = ErrorRecord(
        'Das angegebene Modul "Hyper-V" wurde nicht geladen.',
        "ResourceUnavailable",
        "Modules_ModuleNotFound,Microsoft.PowerShell.Commands.ImportModuleCommand",
        -2147024894,
    )
    assert told(missing).code == "no-module"
    assert told(record("CommandNotFoundException", category="ObjectNotFound")).code == "no-module"


def test_a_number_is_the_same_with_and_without_its_sign() -> None:
    assert told(record(hresult=-2147024784)).code == told(record(hresult=0x80070070)).code == "disk-full"


@pytest.mark.parametrize(
    "words",
    [
        "Sie verfügen nicht über die erforderliche Berechtigung zum Ausführen dieser Aufgabe.",
        "このタスクを完了するために必要なアクセス許可がありません。",
        "",
    ],
)
def test_the_language_of_the_host_makes_no_difference_to_a_known_error(words: str) -> None:
    german = record("AccessDenied", "GetVM", category="PermissionDenied", message=words)
    assert told(german) == told(
        record("AccessDenied", "GetVM", category="PermissionDenied", message="English")
    )
    assert not words or words not in told(german).sentence
    assert words in german.as_text()


@pytest.mark.parametrize("words", ["Unbekannter Fehler 4711.", "不明なエラーが発生しました。"])
def test_an_unknown_error_is_shown_as_it_is(words: str) -> None:
    strange = record("Sonderfall", "TestVM", category="DeviceError", message=words, hresult=0x81234567)
    assert explain(strange) is None
    assert told(strange).sentence == words


def test_a_host_cannot_put_a_line_of_its_own_into_an_explanation() -> None:
    forged = "No.\r\nDelete: \u202edone, and checked.\x1b[2J"
    for identifier in ("Sonderfall", "OperationFailed"):
        sentence = told(record(identifier, "CheckpointVM", message=forged)).sentence
        assert "No. Delete: \ufffddone, and checked.\ufffd[2J" in sentence
        assert not {"\n", "\r", "\x1b"} & set(sentence)


def test_an_error_without_words_still_has_a_sentence() -> None:
    assert told(record("Sonderfall", message="  ")).sentence == "The host gave no reason."


def test_a_reason_that_only_the_host_knows_is_quoted() -> None:
    words = "本番チェックポイントを作成できません。"
    shown = told(record("OperationFailed", "CheckpointVM", message=words))
    assert words in shown.sentence
    assert "could not take the checkpoint" in shown.what


def test_every_entry_says_something_in_whole_sentences() -> None:
    for explanation in catalogue().values():
        parts = [part for part in (explanation.what, explanation.why, explanation.now) if part]
        assert explanation.what
        assert all(part.endswith(".") and part[0].isupper() for part in parts), explanation
        assert explanation.why or explanation.now or explanation.code == "cancelled", explanation


def test_no_key_of_the_table_is_empty_or_speaks_of_words() -> None:
    for key in catalogue():
        assert key.category or key.identifier or key.cmdlet or key.hresult is not None
        assert not any(" " in part for part in (key.category, key.identifier, key.cmdlet))
