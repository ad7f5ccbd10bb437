"""Exit codes of the command line: what scripts may rely on."""

from __future__ import annotations

from enum import IntEnum

from hvtree.domain.errors import BadInput, HVTreeError, OutcomeUnknown, Refused


class Exit(IntEnum):
    """How a command ended."""

    AS_PLANNED = 0
    FAILED = 1
    USAGE = 2
    """The command line itself, a name on it, or a settings file is wrong; nothing was done."""
    REFUSED = 3
    """It cannot be done on the host as it is, or somebody said no; nothing was done."""
    NOT_AS_PLANNED = 4
    """The host differs from the plan, or the outcome is unknown."""
    INTERRUPTED = 130
    """Ctrl+C, by the custom of shells."""


def exit_for(error: HVTreeError) -> Exit:
    """Return the exit code for an error that ended a command."""
    match error:
        case BadInput():
            return Exit.USAGE
        case Refused():
            return Exit.REFUSED
        case OutcomeUnknown():
            return Exit.NOT_AS_PLANNED
        case _:
            return Exit.FAILED
