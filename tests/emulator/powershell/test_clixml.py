"""Standard error of an encoded command: whole lines become records; CLIXML that the engine wrote itself passes unchanged."""

from __future__ import annotations

import pytest

from hvtree.emulator.powershell.clixml import ErrorRecords
from hvtree.emulator.powershell.command_words import is_encoded
from hvtree.hosts.clixml import words_of

BEGIN = b'#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'


def taken(*pieces: bytes) -> bytes:
    records = ErrorRecords()
    return b"".join([*map(records.take, pieces), records.end()])


def test_nothing_stays_nothing() -> None:
    assert taken() == b""


def test_lines_in_pieces_become_one_record_each() -> None:  # fact 73
    expected = BEGIN + b'<S S="Error">one_x000D__x000A_</S><S S="Error">#&lt; two_x000D__x000A_</S></Objs>'
    assert taken(b"on", b"e\r\n#< t", b"wo") == expected


def test_progress_becomes_a_record_and_names_its_type_once() -> None:  # fact 73
    said = taken(b'\x1e{"activity":"a","percent":7}\n\x1e{"activity":"b","type":"Completed"}\n').decode()
    assert said.count("<TN RefId=") == said.count('<TNRef RefId="0" />') == 1
    assert '<Obj S="progress" RefId="1">' in said
    assert "<AV>a</AV><AI>0</AI><Nil /><PI>-1</PI><PC>7</PC><T>Processing</T>" in said


@pytest.mark.parametrize("cut", [1, 5, 9, 12])
def test_a_host_that_writes_clixml_itself_is_passed_on(cut: int) -> None:
    own = b'#< CLIXML\n<Objs><S S="Error">x</S></Objs>'
    assert taken(own[:cut], own[cut:]) == own


def test_a_line_that_only_begins_like_clixml_is_a_line() -> None:
    assert taken(b"#<") == BEGIN + b'<S S="Error">#&lt;_x000D__x000A_</S></Objs>'


@pytest.mark.parametrize("text", ["größer 漢字 🧪", "<&> _x0041_ \t \x07", "a\nb"])
def test_hvtree_reads_back_what_was_said(text: str) -> None:  # facts 73, 226
    assert words_of(taken(text.encode())) == text


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("-NoProfile -EncodedCommand QQ==", True),
        ("-e QQ==", True),
        ("/ENC QQ==", True),
        ("-ExecutionPolicy Bypass -Command x -e", False),
        ("-ep Bypass -File x.ps1 -enc QQ==", False),
        ("", False),
    ],
)
def test_an_encoded_command_is_told_by_its_switch(line: str, expected: bool) -> None:
    assert is_encoded(line.split()) is expected
