"""The checkpoints of a VM as a graph of text."""

from datetime import UTC, datetime

import pytest

from hvtree.cli.graph_text import GraphGlyphs, graph_rows
from hvtree.cli.state_text import Look, state_lines
from tests.support.remote_host import RemoteHost
from tests.support.terminal import Terminal
from tests.support.trees import lab, vm


def drawn(tree: str) -> list[str]:
    machine = vm(tree)
    names = {each.id: each.name for each in machine.checkpoints}
    return [drawing + names.get(node or "", "Now") for drawing, node in graph_rows(machine, GraphGlyphs())]


def test_a_chain_stays_at_the_left() -> None:
    assert drawn("a(b(c*))") == ["● a", "● b", "● c", "▶ Now"]


def test_a_branch_leaves_the_row_of_its_parent_and_ends_in_its_own() -> None:
    assert drawn("a(b(c) d(e*))") == ["●─┐ a", "│ ● b", "│ ● c", "● d", "● e", "▶ Now"]


def test_several_branches_leave_side_by_side() -> None:
    assert drawn("a*(b c)") == ["●─┬─┐ a", "│ ● │ b", "│   ● c", "▶ Now"]


def test_a_line_that_passes_is_crossed() -> None:
    assert drawn("a(b(x(y z)) c(q r*))")[:3] == ["●─┐ a", "│ ● b", "│ ●─┐ x"]


@pytest.mark.parametrize(("encoding", "row"), [("utf-8", "●─┐ a"), ("ascii", "*-+ a")])
def test_the_graph_is_drawn_with_what_the_terminal_has(encoding: str, row: str) -> None:
    lines = state_lines(lab(web="a(b c*)"), datetime.now(UTC), Look(encoding, as_graph=True))
    assert any(line.startswith(row) for line in lines)


def test_show_draws_the_graph_if_asked(hvtree: Terminal, host: RemoteHost) -> None:
    said = hvtree.on(host, "show", "--graph")
    assert said.code == 0
    assert "└─" not in said.out
    assert "●" in said.out
