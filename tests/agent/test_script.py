"""The parts of the agent's script, without a PowerShell."""

from __future__ import annotations

import pytest

from hvtree.assets import resource
from hvtree.hosts import agent_starter
from hvtree.hosts.agent_starter import PARTS as SCRIPT_PARTS
from hvtree.hosts.agent_starter import agent_script
from hvtree.hosts.channel import SEND_LIMIT

PARTS = sorted(resource("agent").glob("*.ps1"))


def test_every_part_in_the_folder_travels() -> None:
    assert {path.stem for path in PARTS} == set(SCRIPT_PARTS)


def test_no_code_page_can_harm_it() -> None:
    assert agent_script().isascii()


@pytest.mark.parametrize("part", PARTS, ids=lambda path: path.stem)
def test_a_part_is_short_enough_to_live_in(part) -> None:  # type: ignore[no-untyped-def]
    assert len(part.read_text(encoding="utf-8").splitlines()) < 350


def test_it_fits_into_two_sends() -> None:
    assert len(agent_starter.agent_text()) < 2 * SEND_LIMIT


def test_no_line_of_it_looks_like_its_frame() -> None:
    assert b"#hvtree-" not in {line[:8] for line in agent_script().splitlines()}
