"""Entries of the memory that were damaged, or written by hand: each is an error that can be shown, or a job without a plan."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hvtree.app.memory.history import History
from hvtree.app.memory.query import Query
from hvtree.app.memory.records import plan_blob, plan_from
from hvtree.domain.errors import BadInput
from hvtree.jobs.kept import kept
from hvtree.operations.delete import DeleteCheckpointSubtree
from tests.support.kept_jobs import LAB, database_in, history_in, job, journal_in, write
from tests.support.plans import HOST, at
from tests.support.trees import id_of

DELETE = plan_blob(kept(job(DeleteCheckpointSubtree(at(LAB, "web", "p1"))).plan))


def web(record: dict[str, Any]) -> dict[str, Any]:
    vm: dict[str, Any] = record["before"][HOST]["vms"][id_of("web")]
    return vm


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: plan["vms"].append({"host_id": HOST, "vm_id": "nowhere"}),
        lambda plan: plan["before"][HOST]["vms"].clear(),
        lambda plan: plan["expected"].clear(),
        lambda plan: plan["phases"][0][0].update(host_id="elsewhere"),
        lambda plan: plan["phases"][0][0]["ref"].update(checkpoint_id="none"),
        lambda plan: web(plan)["checkpoints"][0].update(parent_id=web(plan)["checkpoints"][1]["id"]),
        lambda plan: web(plan)["checkpoints"].append(web(plan)["checkpoints"][0]),
        lambda plan: web(plan).update(now_id="none"),
        lambda plan: web(plan).update(id="other"),
    ],
)
def test_a_plan_whose_parts_do_not_fit_together_is_bad_input(
    change: Callable[[dict[str, Any]], None],
) -> None:
    record = json.loads(zlib.decompress(DELETE))
    change(record)
    with pytest.raises(BadInput, match="cannot be read"):
        plan_from(zlib.compress(json.dumps(record).encode()))


DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE job SET title = x'00'",
        "UPDATE job SET queued = '2026-11-22'",
        "UPDATE job SET queued = '0001-01-01T00:00:00+14:00'",
        "UPDATE job_host SET read_at = '2026-11-22T14:02:00'",
        "UPDATE job_vm SET name = x'00'",
        "UPDATE run SET process = 'none'",
    ],
)
def test_a_job_whose_row_is_damaged_is_bad_input_in_the_list_and_alone(change: str, tmp_path: Path) -> None:
    history = damaged(tmp_path, change)
    for read in (lambda: history.find(Query()), lambda: history.entry("1")):
        with pytest.raises(BadInput, match="memory cannot be read"):
            read()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE step SET number = 'first'",
        f"""UPDATE job SET consequences_json = '[{{"text":{DEEP}}}]'""",
        f"""UPDATE request SET edit_json = '{{"edit":{DEEP}}}'""",
        "UPDATE request SET asked = 'yesterday'",
        """UPDATE request SET outcomes_json = '[{"target_id":"a","began_utc":"2026-11-22T14:02:00"}]'""",
        """UPDATE request SET outcomes_json = '[{"target_id":"a","ended_utc":"0001-01-01T00:00:00+14:00"}]'""",
    ],
)
def test_a_job_of_which_a_part_is_damaged_is_bad_input(change: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="memory cannot be read"):
        damaged(tmp_path, change).entry("1")


def damaged(folder: Path, change: str) -> History:
    """Return the history of a memory with one job and one request, of which something was changed by hand."""
    write(journal_in(folder), job(DeleteCheckpointSubtree(at(LAB, "web", "p1"))))
    with closing(sqlite3.connect(database_in(folder).path)) as connection, connection:
        connection.execute(
            "INSERT INTO request (job, step, edit_json, asked) VALUES (1, 0, '{}', '2026-11-22T14:02:00Z')"
        )
        connection.execute(change)
    return history_in(folder)
