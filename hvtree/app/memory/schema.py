"""The tables of the memory, and how a file of an earlier version becomes one of this.

Times are ISO 8601 in UTC; ids of VMs and checkpoints are GUIDs in lower case; columns that end in `_json` hold JSON.
"""

from __future__ import annotations

APPLICATION_ID = 0x48565472
"""Says in the file's head whose it is: `HVTr`."""

_FIRST = """
CREATE TABLE run (
    id TEXT PRIMARY KEY,
    computer TEXT NOT NULL,
    user TEXT NOT NULL,
    process INTEGER NOT NULL,
    version TEXT NOT NULL,
    began TEXT NOT NULL
);
CREATE TABLE job (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    run TEXT NOT NULL REFERENCES run (id),
    operation TEXT NOT NULL,
    title TEXT NOT NULL,
    risk TEXT NOT NULL,
    queued TEXT NOT NULL,
    began TEXT,
    ended TEXT,
    verdict TEXT,
    message TEXT NOT NULL,
    details TEXT NOT NULL,
    powershell TEXT NOT NULL,
    consequences_json TEXT NOT NULL,
    plan BLOB NOT NULL
);
CREATE TABLE job_host (
    job INTEGER NOT NULL REFERENCES job (number) ON DELETE CASCADE,
    host_id TEXT NOT NULL,
    host TEXT NOT NULL,
    address TEXT NOT NULL,
    login TEXT NOT NULL,
    read_at TEXT NOT NULL,
    verdict TEXT,
    message TEXT NOT NULL,
    PRIMARY KEY (job, host_id)
);
CREATE TABLE job_vm (
    job INTEGER NOT NULL REFERENCES job (number) ON DELETE CASCADE,
    host_id TEXT NOT NULL,
    vm_id TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (job, host_id, vm_id)
);
CREATE INDEX job_of_vm ON job_vm (vm_id);
CREATE TABLE step (
    job INTEGER NOT NULL REFERENCES job (number) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    host_id TEXT NOT NULL,
    title TEXT NOT NULL,
    phase TEXT NOT NULL,
    text TEXT NOT NULL,
    edit_json TEXT NOT NULL,
    PRIMARY KEY (job, number)
);
CREATE TABLE request (
    number INTEGER PRIMARY KEY,
    job INTEGER NOT NULL REFERENCES job (number) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    edit_json TEXT NOT NULL,
    asked TEXT NOT NULL,
    answered TEXT,
    outcomes_json TEXT,
    warnings_json TEXT,
    error TEXT NOT NULL DEFAULT '',
    details TEXT NOT NULL DEFAULT ''
);
CREATE INDEX request_of_job ON request (job, step);
"""

_SECOND = """
ALTER TABLE job ADD COLUMN undoes TEXT;
CREATE INDEX job_undoing ON job (undoes);
"""

_THIRD = """
CREATE TABLE note (
    target TEXT PRIMARY KEY,
    notes TEXT NOT NULL,
    before TEXT NOT NULL
);
"""

_FOURTH = """
CREATE TABLE vm_group (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    method TEXT NOT NULL
);
CREATE TABLE vm_group_member (
    vm_group TEXT NOT NULL REFERENCES vm_group (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    host_id TEXT NOT NULL,
    vm_id TEXT NOT NULL,
    host TEXT NOT NULL,
    name TEXT NOT NULL,
    start_order INTEGER NOT NULL,
    delay_s INTEGER NOT NULL,
    PRIMARY KEY (vm_group, number)
);
CREATE TABLE group_checkpoint (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    at TEXT NOT NULL,
    size INTEGER NOT NULL,
    group_id TEXT NOT NULL,
    group_name TEXT NOT NULL,
    author TEXT NOT NULL,
    method TEXT NOT NULL,
    spread_ms INTEGER
);
CREATE TABLE group_checkpoint_part (
    group_checkpoint TEXT NOT NULL REFERENCES group_checkpoint (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    host_id TEXT NOT NULL,
    vm_id TEXT NOT NULL,
    checkpoint_id TEXT NOT NULL,
    vm_name TEXT NOT NULL,
    host TEXT NOT NULL,
    parent_id TEXT,
    stopped_ms INTEGER,
    memory_bytes INTEGER NOT NULL,
    PRIMARY KEY (group_checkpoint, number)
);
"""

VERSIONS = (_FIRST, _SECOND, _THIRD, _FOURTH)
"""How to get from each version to the next, beginning with an empty file. What has been released is never changed.

The version of a file is in its head as `user_version`.
"""
