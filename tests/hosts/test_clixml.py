"""What PowerShell says on standard error reaches people as words, whatever form it comes in."""

from __future__ import annotations

import pytest

from hvtree.hosts.clixml import words_of

OPEN = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
PROGRESS = (
    '<Obj S="progress" RefId="0"><TN RefId="0"><T>System.Management.Automation.PSCustomObject</T><T>System.Object</T>'
    '</TN><MS><I64 N="SourceId">1</I64><PR N="Record"><AV>Preparing modules for first use.</AV><AI>0</AI><Nil />'
    "<PI>-1</PI><PC>-1</PC><T>Completed</T><SR>-1</SR><SD> </SD></PR></MS></Obj>"
)


def clixml(inner: str) -> bytes:
    return f"#< CLIXML\r\n{OPEN}{inner}</Objs>".encode()


@pytest.mark.parametrize(
    ("stderr", "words"),
    [
        (b"", ""),
        ("Läuft nicht\r\nwirklich\r\n".encode(), "Läuft nicht\nwirklich"),
        (b"3 < 4 & <b> \xff", "3 < 4 & <b> �"),
        (clixml(""), ""),
        (clixml(PROGRESS), ""),
        (clixml('<S S="Error">first_x000D__x000A_</S><S S="Error">+ ~~~_x000D__x000A_</S>'), "first\n+ ~~~"),
        (clixml(PROGRESS + '<S S="warning">slow &lt;1&gt; &amp; old</S>' + PROGRESS), "slow <1> & old"),
        (clixml('<S S="Error">grün _xD83E__xDDEA_ _x005F_x0041_</S>'), "grün 🧪 _x0041_"),
        (b"#< CLIXML\r\nraw words\r\n" + clixml('<S S="Error">an error</S>')[11:], "raw words\nan error"),
    ],
)
def test_text_and_clixml_come_out_as_words(stderr: bytes, words: str) -> None:
    assert words_of(stderr) == words


def test_clixml_that_is_cut_off_gives_what_is_left_of_it() -> None:
    whole = clixml('<S S="Error">the beginning_x000D__x000A_</S><S S="Error">the end</S>' + PROGRESS)
    assert words_of(whole[: whole.index(b"RefId")]) == "the beginning\nthe end"
    assert words_of(whole[whole.index(b"beginning") :]) == "beginning\nthe end"
