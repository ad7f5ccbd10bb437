"""A reading as a tree of text and as JSON."""

from datetime import datetime, timedelta

import pytest

from hvtree.cli.state_json import state_record
from hvtree.cli.state_text import Look, state_lines
from hvtree.cli.table import width
from hvtree.domain.model import Activity, VmState
from hvtree.values import replace
from tests.support.trees import READ_AT, id_of, lab, log_collector, vm


def chain(length: int) -> str:
    """Return a tree in one line, c0 to the last one, on which the VM stands."""
    return "(".join(f"c{number}" for number in range(length)) + "*" + ")" * (length - 1)


def local(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"


def test_the_tree_is_drawn_with_now_where_the_vm_stands() -> None:
    lines = state_lines(lab(web="base(p1(p2*) p3)"), READ_AT)
    drawn = [
        line.split("Disks only")[0].split("  Off")[0].removesuffix("1 GB").rstrip() for line in lines[4:]
    ]
    assert drawn == ["web", "└─ base", "   ├─ p1", "   │  └─ p2", "   │     └─ ▶ Now", "   └─ p3"]


def test_a_vm_and_its_now_tell_how_much_is_written_since() -> None:
    vm_line, _, now_line = state_lines(lab(web=log_collector()), READ_AT)[4:]
    assert "113 GB" in vm_line
    assert now_line.endswith("113 GB")


def test_a_vm_without_checkpoints_stands_on_itself() -> None:
    lines = state_lines(lab(web=""), READ_AT)
    assert [line.split()[0] for line in lines[4:]] == ["web", "└─"]
    assert "Now" in lines[5]


def test_each_column_says_what_it_is() -> None:
    heading, rule = state_lines(lab(web="base*"), READ_AT)[2:4]
    assert heading.split("  ")[0] == "Name"
    assert [word for word in ("State or kind", "Created", "Size", "Notes") if word not in heading] == []
    assert set(rule) == {"─", " "}


def test_a_host_without_vms_has_no_headings() -> None:
    assert state_lines(lab(), READ_AT) == ["vhost: 0 VMs, 0 checkpoints, read " + local(READ_AT)]


def test_a_long_chain_stops_moving_to_the_right() -> None:
    lines = state_lines(lab(web=chain(11)), READ_AT)
    assert [line.split("Disks only")[0].removesuffix("1 GB").rstrip() for line in lines[12:]] == [
        " " * 21 + "└─ c7",
        " " * 24 + "└─ c8",
        " " * 24 + "↓  c9",
        " " * 24 + "↓  c10",
        " " * 24 + "↓  ▶ Now",
    ]


def test_a_branch_at_the_end_of_a_long_chain_hangs_below_its_last_checkpoint() -> None:
    branched = chain(11).replace("c10*", "c10(x y*)")
    lines = state_lines(lab(web=branched), READ_AT)
    assert [line.split("Disks only")[0].removesuffix("1 GB").rstrip() for line in lines[15:]] == [
        " " * 24 + "↓  c10",
        " " * 27 + "├─ x",
        " " * 27 + "└─ y",
        " " * 30 + "└─ ▶ Now",
    ]


@pytest.mark.parametrize("fit", [80, 100, 120, 200])
def test_no_line_is_longer_than_the_terminal(fit: int) -> None:
    long = lab(web=chain(30).replace("c3", "x" * 90), db="検" * 50 + "*")
    lines = state_lines(long, READ_AT, Look(fit=fit))
    assert max(map(width, lines)) <= fit
    assert any("…" in line for line in lines)


def test_a_narrow_terminal_gets_no_ages() -> None:
    assert "days ago" not in "".join(state_lines(lab(web="base*"), READ_AT, Look(fit=100)))
    assert "days ago" in "".join(state_lines(lab(web="base*"), READ_AT, Look(fit=120)))


def test_a_row_says_kind_size_and_age() -> None:
    line = state_lines(lab(web="base:Recovery*"), READ_AT + timedelta(days=1))[5]
    assert "Recovery" in line
    assert "1 MB" in line
    assert "4 days ago" in line


def test_a_vm_row_says_state_status_and_percent() -> None:
    busy = vm(
        "a*", "web", state=VmState.RUNNING, status="Merging disks", activity=Activity.MERGING, percent=40
    )
    line = state_lines(lab(web=busy), READ_AT)[4]
    assert "Running, Merging disks 40 %" in line


def test_a_vm_in_trouble_is_shown_with_what_its_host_says() -> None:
    lost = vm(
        "a*", "web", state=VmState.OFF_CRITICAL, status="Keine Verbindung zum Speicher", notes="Owner: K"
    )
    (line,) = [line for line in state_lines(lab(web=lost), READ_AT) if line.startswith("web")]
    assert "Off (critical)" in line
    assert line.endswith("Keine Verbindung zum Speicher Owner: K")


def test_a_terminal_without_box_drawing_gets_plain_strokes() -> None:
    text = "\n".join(state_lines(lab(web="base(p1* p2)"), READ_AT, Look(encoding="ascii")))
    assert text.isascii()
    assert "|- " in text


def test_a_chain_of_a_thousand_checkpoints_is_drawn() -> None:
    lines = state_lines(lab(web=chain(1000)), READ_AT)
    assert len(lines) == 4 + 1 + 1000 + 1
    assert max(map(len, lines)) < 120


def test_the_json_tells_memory_automatic_and_the_bytes_of_the_state() -> None:
    web = vm("a~(b!*)", "web", state=VmState.RUNNING, memory_bytes=4096, memory_startup_bytes=8192)
    first = replace(web.checkpoints[0], state_bytes=123)
    (only,) = state_record(lab(web=replace(web, checkpoints=(first, web.checkpoints[1]))))["vms"]
    told = [(each["has_memory"], each["is_automatic"], each["state_bytes"]) for each in only["checkpoints"]]
    assert told == [(True, False, 123), (False, True, web.checkpoints[1].state_bytes)]
    assert (only["memory_bytes"], only["memory_startup_bytes"]) == (4096, 8192)
    assert only["space"]["written_bytes"] == web.space.written_bytes


def test_the_json_tells_times_in_utc_and_now_by_id() -> None:
    record = state_record(lab(web="base*", db=""))
    assert record["taken_at"] == "2026-09-24T12:00:00Z"
    assert [each["now"] for each in record["vms"]] == [id_of("web", "base"), None]


def test_a_name_with_a_line_break_stays_on_its_row() -> None:
    state = lab(web="base*")
    owner = state.vms[id_of("web")]
    odd = replace(owner, checkpoints=(replace(owner.checkpoints[0], name="a\nb\u202ec"),))
    lines = state_lines(state.with_vms(odd), READ_AT)
    assert len(lines) == 7
    assert "a\\u000ab\\u202ec" in lines[5]


def test_ids_are_shown_whole_on_demand() -> None:
    state = lab(web="base(p1*)")
    for fit in (None, 120, 80):
        text = "\n".join(state_lines(state, READ_AT, Look(fit=fit, with_ids=True)))
        assert all(each in text for each in (id_of("web"), id_of("web", "base"), id_of("web", "p1")))
        assert fit is None or max(map(width, text.splitlines())) <= fit
