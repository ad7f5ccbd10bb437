"""Unfinished jobs for the terminal: in lines, and as JSON. README.md has the keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hvtree.cli.text import harmless, local_time

if TYPE_CHECKING:
    from hvtree.app.unfinished import Unfinished


def unfinished_lines(job: Unfinished) -> Iterator[str]:
    """Yield what became of a job, in lines for a terminal."""
    yield harmless(f"Job {job.entry.number} of {local_time(job.entry.queued_utc)} was not finished:")
    yield harmless(f"  {job.recovery.title}")
    yield from (harmless(f"  - {each.sentence}") for each in job.recovery.vms)


def unfinished_record(job: Unfinished) -> dict[str, Any]:
    """Return what became of a job, as JSON."""
    return {
        "number": job.entry.number,
        "id": job.entry.uuid,
        "title": job.recovery.title,
        "vms": [
            {
                "id": each.before.id,
                "name": each.before.name,
                "outcome": each.outcome.value,
                "text": each.sentence,
            }
            for each in job.recovery.vms
        ],
        "offers": [offer.words for offer in job.recovery.offers],
    }
