"""Command lines of Windows, and switches that only powershell.exe knows."""

from __future__ import annotations

import pytest

from hvtree.emulator.powershell.command_words import understood, words


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", []),
        ("  a  b\tc ", ["a", "b", "c"]),
        ('"C:\\Program Files\\x.exe" -a', ["C:\\Program Files\\x.exe", "-a"]),
        ('a "" b', ["a", "", "b"]),
        ('a"b c"d', ["ab cd"]),
        ('"he said \\"yes\\""', ['he said "yes"']),
        ('a\\\\b "c\\\\" d', ["a\\\\b", "c\\", "d"]),
        ('a\\\\\\"b', ['a\\"b']),
        ('"never closed', ["never closed"]),
        ("Prüfung 東京 🧪", ["Prüfung", "東京", "🧪"]),
    ],
)
def test_a_line_is_split_as_windows_programs_do(line: str, expected: list[str]) -> None:
    assert words(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("-NoProfile -EncodedCommand QQ==", "-NoProfile -EncodedCommand QQ=="),
        ("-Sta -WindowStyle Hidden -NoLogo", "-NoLogo"),
        ("-Version 5.1 -Command Get-VM -Version 2", "-Command Get-VM -Version 2"),
        ("/mta -File x.ps1 -Sta", "-File x.ps1 -Sta"),
        ("-WindowStyle", ""),
    ],
)
def test_switches_of_windows_alone_are_left_out(line: str, expected: str) -> None:
    assert understood(line.split()) == expected.split()
