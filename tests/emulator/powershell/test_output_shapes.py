"""The form in which output comes to a client that runs scripts as pywinrm does: JSON, streams, CLIXML.

The PowerShell of these tests is 7. What only 5.1 does is said where it differs; HVTree's agent relies on neither.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from winrm import Session

from hvtree.emulator.worlds.schema import HostSpec
from tests.emulator.powershell.sessions import QUIET, answered, raw, session_with

ALREADY = "The virtual machine is already in the specified state."
XMLNS = "{http://schemas.microsoft.com/powershell/2004/04}"


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with session_with(HostSpec("HOST")) as session:
        yield session


def records(stderr: bytes) -> ET.Element:
    """Read CLIXML."""
    tag, _, xml = stderr.partition(b"\r\n")
    assert tag == b"#< CLIXML"
    return ET.fromstring(xml)


# -- JSON --------------------------------------------------------------------------------------------------------------


def test_enums_are_integers_and_dates_iso_8601_in_json(session: Session) -> None:  # fact 71
    """5.1 alone writes dates as `"\\/Date(ms)\\/"`; the engine here is 7 and cannot show it."""
    columns = "Name, State, CheckpointType, CreationTime, Heartbeat"
    vm: dict[str, Any] = json.loads(
        answered(session, f"Get-VM db | Select-Object {columns} | ConvertTo-Json")
    )
    assert (vm["State"], vm["CheckpointType"], vm["Heartbeat"]) == (2, 5, 6)
    assert datetime.fromisoformat(vm["CreationTime"]).tzinfo is not None


def test_enums_come_as_words_only_to_those_who_cast_them(session: Session) -> None:  # fact 71
    assert answered(session, "[string] (Get-VM db).State") == "Running"
    assert answered(session, "[int] (Get-VM db).State") == "2"


@pytest.mark.parametrize(
    ("pattern", "expected"), [("db", {"Name": "db"}), ("web*", [{"Name": "web"}, {"Name": "web2"}])]
)
def test_one_result_is_an_object_and_several_are_an_array(
    session: Session, pattern: str, expected: object
) -> None:  # fact 72
    found = answered(session, f"Get-VM {pattern} | Select-Object Name | ConvertTo-Json -Compress")
    assert json.loads(found) == expected


def test_no_result_is_no_output_at_all(session: Session) -> None:  # fact 72
    assert answered(session, "Get-VM nothing* | ForEach-Object { $_ | ConvertTo-Json }") == ""
    assert answered(session, "Get-VMSnapshot web2") == ""


@pytest.mark.parametrize(("pattern", "number"), [("nothing*", 0), ("db", 1), ("web*", 2)])
def test_an_input_object_in_at_signs_is_an_array_in_any_case(
    session: Session, pattern: str, number: int
) -> None:  # fact 72
    found = answered(session, f"ConvertTo-Json -InputObject @(Get-VM {pattern} | Select-Object Name)")
    assert len(json.loads(found)) == number


# -- streams -----------------------------------------------------------------------------------------------------------


def test_a_warning_comes_on_standard_output_unless_its_stream_is_redirected(
    session: Session,
) -> None:  # fact 51
    """This is so for -Command and -File. An encoded command's warnings are CLIXML on a real host, and text here."""
    done = session.run_cmd('powershell -NoProfile -Command "Start-VM db; (Get-VM db).Name"')
    lines = done.std_out.decode().splitlines()
    assert (done.status_code, lines, done.std_err) == (0, [f"WARNING: {ALREADY}", "db"], b"")
    done = session.run_cmd('powershell -NoProfile -Command "Start-VM db 3>$null; (Get-VM db).Name"')
    assert done.std_out.decode().split() == ["db"]


def test_an_encoded_command_shows_progress_as_clixml_on_standard_error(
    session: Session,
) -> None:  # facts 73, 140
    out, err = raw(session, "(Get-VM db).Name")
    assert out.strip() == b"db"
    activities = [one.text for one in records(err).iterfind(f"{XMLNS}Obj[@S='progress']//{XMLNS}AV")]
    assert activities == ["Preparing modules for first use."]


def test_progress_of_a_cmdlet_is_shown_with_its_percentage(session: Session) -> None:  # facts 73, 143
    _, err = raw(session, "Export-VM web D:\\Shown")
    percents = [int(one.text or "") for one in records(err).iterfind(f".//{XMLNS}PC")]
    assert percents[0] == -1
    assert percents[1:] == sorted(set(percents[1:]))
    assert percents[-1] > 50


def test_no_progress_is_shown_to_those_who_want_none(session: Session) -> None:  # fact 73
    assert answered(session, "Export-VM web D:\\Silent; (Get-VM web).Name") == "web"


def test_progress_ends_where_the_script_turns_it_off(session: Session) -> None:  # fact 73
    script = "Get-VM web | Out-Null; $ProgressPreference = 'SilentlyContinue'; Export-VM web D:\\Third"
    _, err = raw(session, script)
    assert len(records(err).findall(f"{XMLNS}Obj")) == 1


def test_an_error_of_an_encoded_command_is_clixml_line_by_line(session: Session) -> None:  # fact 73
    _, err = raw(session, QUIET + "Get-VM 'größer <&> 🧪'")
    lines = [one.text or "" for one in records(err).iterfind(f"{XMLNS}S[@S='Error']")]
    assert all(line.endswith("_x000D__x000A_") for line in lines)
    text = "".join(lines)
    assert "Hyper-V was unable to find a virtual machine with name" in text
    assert "größer <&> _xD83E__xDDEA_" in text
    assert "InvalidParameter,Microsoft.HyperV.PowerShell.Commands.GetVM" in text


def test_pywinrm_reads_such_an_error_as_text(session: Session) -> None:  # fact 73
    done = session.run_ps("Get-VM nosuch")
    assert done.status_code == 1
    assert b"FullyQualifiedErrorId : InvalidParameter,Microsoft.HyperV" in done.std_err
    assert b"CLIXML" not in done.std_err


def test_an_error_of_a_command_that_is_not_encoded_is_text(session: Session) -> None:  # fact 73
    done = session.run_cmd('powershell -NoProfile -Command "Get-VM nosuch"')
    assert b"InvalidParameter,Microsoft.HyperV" in done.std_err
    assert not re.search(rb"CLIXML|<S ", done.std_err)
