"""A reading as a tree of text and as JSON."""

from dataclasses import replace
from datetime import timedelta

from hvtree.cli.state_json import state_record
from hvtree.cli.state_text import state_lines
from hvtree.domain.model import Activity, VmState
from tests.support.trees import READ_AT, id_of, lab, vm


def test_the_tree_is_drawn_with_now_where_the_vm_stands():
    lines = state_lines(lab(web="base(p1(p2*) p3)"), READ_AT)
    drawn = [line.split("Standard")[0].split("  Off")[0].rstrip() for line in lines[2:]]
    assert drawn == ["web", "└─ base", "   ├─ p1", "   │  └─ p2", "   │     └─ ▶ Now", "   └─ p3"]


def test_a_vm_without_checkpoints_stands_on_itself():
    lines = state_lines(lab(web=""), READ_AT)
    assert [line.split()[0] for line in lines[2:]] == ["web", "└─"]
    assert "Now" in lines[3]


def test_a_row_says_kind_size_and_age():
    line = state_lines(lab(web="base:Recovery*"), READ_AT + timedelta(days=1))[3]
    assert "Recovery" in line
    assert "1 MB" in line
    assert "4 days ago" in line


def test_a_vm_row_says_state_status_and_percent():
    busy = vm(
        "a*", "web", state=VmState.RUNNING, status="Merging disks", activity=Activity.MERGING, percent=40
    )
    line = state_lines(lab(web=busy), READ_AT)[2]
    assert "Running" in line
    assert "Merging disks (40 %)" in line


def test_a_terminal_without_box_drawing_gets_plain_strokes():
    text = "\n".join(state_lines(lab(web="base(p1* p2)"), READ_AT, encoding="ascii"))
    assert text.isascii()
    assert "|- " in text


def test_a_chain_of_a_thousand_checkpoints_is_drawn():
    deep = "c0(" + "".join(f"c{number}(" for number in range(1, 999)) + "c999*" + ")" * 999
    lines = state_lines(lab(web=deep), READ_AT)
    assert len(lines) == 2 + 1 + 1000 + 1


def test_the_json_has_exactly_the_promised_keys():
    record = state_record(lab(web="base(p1*)"))
    assert list(record) == ["host", "taken_at", "vms"]
    (only,) = record["vms"]
    assert list(only) == ["id", "name", "state", "status", "now", "checkpoints"]
    assert [list(each) for each in only["checkpoints"]] == [
        ["id", "parent", "name", "kind", "created", "size_bytes", "notes"]
    ] * 2


def test_the_json_tells_times_in_utc_and_now_by_id():
    record = state_record(lab(web="base*", db=""))
    assert record["taken_at"] == "2026-09-24T12:00:00Z"
    assert [each["now"] for each in record["vms"]] == [id_of("web", "base"), None]


def test_a_name_with_a_line_break_stays_on_its_row():
    state = lab(web="base*")
    owner = state.vms[id_of("web")]
    odd = replace(owner, checkpoints=(replace(owner.checkpoints[0], name="a\nb\u202ec"),))
    lines = state_lines(state.with_vms(odd), READ_AT)
    assert len(lines) == 5
    assert "a\\u000ab\\u202ec" in lines[3]
