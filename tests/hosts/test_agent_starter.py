"""The command lines that start the agent: short enough for cmd, and exactly what a host's PowerShell expects."""

from __future__ import annotations

import base64
import gzip

import pytest

from hvtree.hosts import agent_starter, wire
from hvtree.hosts.channel import SEND_LIMIT

SCRIPTS = {
    "raw": agent_starter.STARTER,
    "lines": agent_starter.LINES_STARTER,
    "call": agent_starter.BATCH_STARTER,
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_the_command_line_is_far_below_the_limit_of_cmd(script: str) -> None:  # fact 219
    assert len(" ".join((agent_starter.EXECUTABLE, *agent_starter.arguments(script)))) < 2_500


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_the_script_is_encoded_as_powershell_expects(script: str) -> None:
    *switches, encoded = agent_starter.arguments(script)
    assert switches[-1] == "-EncodedCommand"
    assert base64.b64decode(encoded).decode("utf-16-le") == script


def test_powershell_leaves_standard_input_to_the_first_starter_alone() -> None:
    has_input = {name: "$input" in script.lower() for name, script in SCRIPTS.items()}
    assert has_input == {"raw": False, "lines": True, "call": True}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_an_emulated_host_knows_the_starter_by_the_marker(script: str) -> None:
    assert wire.MARKER.decode() in script


def test_the_agent_travels_as_one_line_that_fits_one_send() -> None:
    line = agent_starter.agent_line()
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert len(line) <= SEND_LIMIT
    assert gzip.decompress(base64.b64decode(line)) == agent_starter.agent_script()
