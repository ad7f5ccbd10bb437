"""Worlds for the tiny Hyper-V of the agent's tests: short words in, the JSON that `modules/world.ps1` reads out."""

from __future__ import annotations

import json
import os
from itertools import count
from pathlib import Path
from typing import Any

RUNNING, OFF, SAVED, PAUSED = 2, 3, 6, 9

_stamps = count(1_700_000_000)


def vm_id(number: int) -> str:
    """Return the id of the VM of this number."""
    return f"aaaaaaaa-0000-0000-0000-{number:012d}"


def checkpoint_id(number: int) -> str:
    """Return the id of the checkpoint of this number."""
    return f"cccccccc-0000-0000-0000-{number:012d}"


def checkpoint(number: int, name: str, parent: int | None = None, **more: Any) -> dict[str, Any]:
    """Return a checkpoint that froze the file D:\\VMs\\c<number>.vhdx."""
    return {
        "id": checkpoint_id(number),
        "name": name,
        "parent": checkpoint_id(parent) if parent is not None else None,
        "created": "2026-01-02T03:04:05Z",
        "kind": "Realized",
        "saved": False,
        "automatic": False,
        "notes": [],
        "drives": [f"D:\\VMs\\c{number}.vhdx"],
        "size": 50,
        **more,
    }


def vm(
    number: int, name: str, *checkpoints: dict[str, Any], now: int | None = None, **more: Any
) -> dict[str, Any]:
    """Return a VM that writes to the file D:\\VMs\\v<number>.avhdx."""
    return {
        "id": vm_id(number),
        "name": name,
        "state": OFF,
        "health": 5,
        "status": [2],
        "texts": ["Operating normally"],
        "replication": 0,
        "parent": checkpoint_id(now) if now is not None else None,
        "notes": [],
        "type": 3,
        "saved": False,
        "changed": None,
        "memory": 1024,
        "created": "2026-01-01T00:00:00Z",
        "automatic": False,
        "drives": [f"D:\\VMs\\v{number}.avhdx"],
        "checkpoints": list(checkpoints),
        **more,
    }


def disk(name: str, parent: str = "", size: int = 1000, virtual: int = 5000) -> dict[str, Any]:
    """Return a virtual disk file in D:\\VMs."""
    return {
        "path": f"D:\\VMs\\{name}",
        "parent": f"D:\\VMs\\{parent}" if parent else "",
        "size": size,
        "virtual": virtual,
    }


def job(number: int, job_type: int, percent: int, **more: Any) -> dict[str, Any]:
    """Return a running job of the VM of this number."""
    return {
        "id": f"job-{number}-{job_type}",
        "vm": vm_id(number),
        "type": job_type,
        "percent": percent,
        "state": 4,
        "cancellable": True,
        **more,
    }


def write_world(
    path: Path, *vms: dict[str, Any], disks: tuple[dict[str, Any], ...] = (), **more: Any
) -> None:
    """Put a world into a file; the tiny Hyper-V notices by the file's time, which is another one at each call."""
    volumes = [
        {"name": "C:\\", "capacity": 100, "free": 10},
        {"name": "D:\\", "capacity": 1000, "free": 600},
    ]
    world = {"vms": vms, "disks": disks, "volumes": volumes, "jobs": [], "seconds": {}, "fail": {}, **more}
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(world), encoding="utf-8")
    stamp = next(_stamps)
    os.utime(draft, (stamp, stamp))
    draft.replace(path)


def vhd_calls(calls: Path, since: int) -> list[list[str]]:
    """Return about which files each call of Get-VHD was, in order, after so many calls of any cmdlet; no path has a space."""
    lines = calls.read_text().splitlines()[since:]
    return [line.split()[1:] for line in lines if line.startswith("Get-VHD")]


def files_asked_about(calls: Path, since: int) -> list[str]:
    """Return the files of all these calls."""
    return [path for paths in vhd_calls(calls, since) for path in paths]
