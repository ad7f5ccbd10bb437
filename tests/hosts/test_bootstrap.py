"""The command line that starts the agent: short enough for cmd, and exactly what a host's PowerShell expects."""

from __future__ import annotations

import base64
import gzip

from hvtree.hosts import agent_script, wire
from hvtree.hosts.channel import SEND_LIMIT
from hvtree.hosts.winrm import bootstrap


def test_the_command_line_is_far_below_the_limit_of_cmd() -> None:
    assert len(bootstrap.BOOTSTRAP) <= 600
    assert len(" ".join((bootstrap.EXECUTABLE, *bootstrap.arguments()))) < 2_000


def test_the_script_is_encoded_as_powershell_expects() -> None:
    *switches, encoded = bootstrap.arguments()
    assert switches[-1] == "-EncodedCommand"
    assert base64.b64decode(encoded).decode("utf-16-le") == bootstrap.BOOTSTRAP


def test_powershell_leaves_standard_input_to_the_bootstrap() -> None:
    assert "$input" not in bootstrap.BOOTSTRAP.lower()


def test_an_emulated_host_knows_the_bootstrap_by_the_marker() -> None:
    assert wire.MARKER.decode() in bootstrap.BOOTSTRAP


def test_the_agent_travels_as_one_line_that_fits_one_send() -> None:
    line = bootstrap.agent_line()
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert len(line) <= SEND_LIMIT
    assert gzip.decompress(base64.b64decode(line)) == agent_script.script()
