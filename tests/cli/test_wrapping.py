"""Sentences on a terminal are broken between words, whatever letters and colours they have."""

import io

import pytest
import wcwidth

from hvtree.cli.colour import Paint
from hvtree.cli.plan_text import plan_lines
from hvtree.cli.wrapping import line_width, wrapped
from hvtree.domain.edits import Power, SetPower
from hvtree.domain.model import VmState
from hvtree.operations.apply import ApplyCheckpoint
from hvtree.operations.base import Step
from tests.support.plans import HOST, at, fleet
from tests.support.steps import Steps
from tests.support.trees import id_of, lab, vm


@pytest.mark.parametrize("is_on", [False, True])
@pytest.mark.parametrize("fit", [60, 80, 100])
def test_a_plan_is_broken_between_words_and_its_powershell_is_not(fit: int, is_on: bool) -> None:
    host = lab(web=vm("検査" * 8 + "~(b*)", "web", state=VmState.RUNNING))
    plan = ApplyCheckpoint(at(host, "web", "検査" * 8), safety=False).plan(fleet(host))
    text = "\n".join(plan_lines(plan, Paint(is_on=is_on), fit))
    sentences, powershell = wcwidth.strip_sequences(text).split("In PowerShell:\n")
    assert all(wcwidth.width(line) <= fit for line in sentences.splitlines())
    assert [line.strip() for line in powershell.splitlines()] == plan.powershell.splitlines()
    words = " ".join(sentences.split())
    assert all(each.sentence in words for each in plan.consequences)


def test_a_step_that_waits_says_how_long() -> None:
    start = SetPower((id_of("web"),), Power.START)
    steps = Steps((Step("Start web", HOST, start),), bring_back=((Step("Go on", HOST, start, wait_s=30),),))
    lines = list(plan_lines(steps.plan(fleet(lab(web="a*")))))
    assert lines[3:5] == ["  1. Start web", "  2. Go on, 30 s later  (also if something fails before)"]


def test_colours_go_on_in_the_next_line() -> None:
    lines = wrapped(Paint(is_on=True).bad("word " * 12), 40, indent="  ").splitlines()
    assert [wcwidth.strip_sequences(line).rstrip() for line in lines] == [
        "word " * 7 + "word",
        "  " + "word " * 3 + "word",
    ]
    assert all("\x1b[1;31m" in line and line.endswith("\x1b[0m") for line in lines)


def test_a_pipe_gets_lines_of_any_length() -> None:
    assert line_width(io.StringIO()) is None
    assert wrapped("word " * 100, None) == "word " * 100


def test_a_word_without_end_is_left_to_the_terminal() -> None:
    endless = f"There is no VM ‘{'x' * 100_000}’ here."
    assert wrapped(endless, 80) == endless
    assert "\n" in wrapped("x" * 900, 80)
