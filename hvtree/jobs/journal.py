"""What a job writes down before it acts and after each answer, so that nothing is lost when the program is.

The journal itself is somebody else's (`app.memory.journal`); a job only says what there is to write, and waits until it
is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

from hvtree.domain.errors import HVTreeError

if TYPE_CHECKING:
    from hvtree.domain.edits import Edit
    from hvtree.domain.receipt import Receipt
    from hvtree.jobs.job import JobView

Answer: TypeAlias = "Receipt | HVTreeError | None"
"""What came back: the host's receipt, why there is none, or None if the request was cancelled."""


class JournalFailure(HVTreeError):
    """A journal that cannot be opened, read or written."""


class Journal(Protocol):
    """Where jobs are written down. Each call returns when it is on the disk; all raise `JournalFailure` only."""

    async def begin(self, job: JobView) -> str:
        """Write down a job that is about to act: its plan, and the touched VMs as they are.

        Return a sentence for the user if something is to be said of the journal itself, else an empty text.
        """
        ...

    async def asking(self, job: JobView, step: int, edit: Edit) -> None:
        """Write down that a host is going to be asked: by the step with this index, which may ask for a part of its edit."""
        ...

    async def answered(self, job: JobView, step: int, answer: Answer) -> None:
        """Write down what came back on what this step asked for last."""
        ...

    async def end(self, job: JobView) -> None:
        """Write down how a job ended, also one that never acted."""
        ...

    async def close(self) -> None:
        """Let go of the journal: this program writes no more. Never raises."""
        ...


class NoJournal:
    """Keeps nothing: for planning without a program around it."""

    async def begin(self, _job: JobView) -> str:
        return ""

    async def asking(self, job: JobView, step: int, edit: Edit) -> None:
        pass

    async def answered(self, job: JobView, step: int, answer: Answer) -> None:
        pass

    async def end(self, job: JobView) -> None:
        pass

    async def close(self) -> None:
        pass
