"""Colours: where they help, never in a pipe, and nothing is changed by them but the colour."""

import io
import re
import sys

import pytest
import wcwidth

from hvtree.app.settings import Settings
from hvtree.app.settings_file import default_path, save
from hvtree.cli.colour import Paint, wants_colour
from hvtree.cli.state_text import Look, state_lines
from hvtree.cli.table import width
from hvtree.domain.host_profile import HostProfile
from hvtree.values import replace
from tests.support.remote_host import RemoteHost
from tests.support.terminal import Terminal
from tests.support.trees import READ_AT, id_of, lab

ESCAPE = "\x1b["
AGE = re.compile(r"\d+ \w+ ago")
"""It may be a day more from one command to the next."""
VARIABLES = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "TERM")


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def no_wishes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("wish", "environ", "is_terminal", "wanted"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "0"}, False, False),
        ("auto", {"CLICOLOR_FORCE": "1", "TERM": "dumb"}, False, True),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"CLICOLOR": "0"}, True, False),
        ("always", {"NO_COLOR": "1", "TERM": "dumb"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colours_follow_the_customs_of_terminals(
    wish: str, environ: dict[str, str], is_terminal: bool, wanted: bool
) -> None:
    assert wants_colour(wish, environ, is_terminal=is_terminal) is wanted


@pytest.mark.parametrize(
    ("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_a_terminal_gets_colours_unless_told_otherwise(
    hvtree: Terminal, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], coloured: bool
) -> None:
    save(default_path(), Settings((HostProfile("lab", "http://lab:5985/wsman", "demo"),)))
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert hvtree("hosts").code == 0
    assert (ESCAPE in screen.getvalue()) is coloured


@pytest.mark.parametrize("option", [["--color", "always"], ["--color=always"]])
def test_an_error_is_marked_in_red_where_colours_are_wanted(hvtree: Terminal, option: list[str]) -> None:
    assert hvtree("show", "nobody").err.startswith("hvtree: There is no saved host")
    assert hvtree("show", "nobody", *option).err.startswith(f"{ESCAPE}1;31mhvtree:{ESCAPE}0m There is no")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("show", []),
        ("show", ["--graph", "--ids"]),
        ("plan delete", ["side"]),
        ("plan apply", ["side", "--no-safety"]),
    ],
)
def test_colours_change_nothing_but_the_colour(
    hvtree: Terminal, host: RemoteHost, command: str, words: list[str]
) -> None:
    plain = hvtree.on(host, command, *words).out
    painted = hvtree.on(host, command, *words, "--color", "always").out
    assert ESCAPE not in plain
    assert ESCAPE in painted
    bare, plain = (AGE.sub("", text) for text in (wcwidth.strip_sequences(painted), plain))
    assert bare.splitlines()[1:] == plain.splitlines()[1:]  # the first line may tell another time


def test_what_is_lost_stands_out(hvtree: Terminal, host: RemoteHost) -> None:
    said = hvtree.on(host, "plan apply", "side", "--no-safety", "--color", "always").out
    assert f"Risk:{ESCAPE}0m {ESCAPE}1;31m" in said
    (lost,) = [line for line in said.splitlines() if "is lost for good: up to" in line]
    assert lost.startswith(f"  - {ESCAPE}1;31m")


def test_the_verdict_of_a_job_is_in_colour(hvtree: Terminal, host: RemoteHost) -> None:
    said = hvtree.on(host, "do rename", "side", "--name", "other", "--yes", "--color", "always")
    assert said.out.splitlines()[-1].startswith(f"{ESCAPE}32m")


def test_a_name_cannot_bring_colours_of_its_own() -> None:
    state = lab(web="base*")
    web = state.vms[id_of("web")]
    evil = replace(web, name="\x1b[31mred", checkpoints=(replace(web.checkpoints[0], name="\x1b[0m"),))
    text = "\n".join(state_lines(state.with_vms(evil), READ_AT, Look(paint=Paint(is_on=True))))
    assert "\x1b[31mred" not in text
    assert "\\u001b[31mred" in text


@pytest.mark.parametrize("fit", [60, 80, 120])
def test_coloured_cells_are_cut_to_the_same_width(fit: int) -> None:
    state = lab(web="検査" * 20 + "~(" + "x" * 60 + ":Recovery*)", db="a!*")
    plain = state_lines(state, READ_AT, Look(fit=fit))
    painted = state_lines(state, READ_AT, Look(fit=fit, paint=Paint(is_on=True)))
    assert [wcwidth.strip_sequences(line).rstrip() for line in painted] == plain
    assert max(map(width, painted)) <= max(fit, 80)
    assert all(line.count(ESCAPE) % 2 == 0 for line in painted)
