"""The faults with which an emulated WinRM service answers, by what went wrong (fact 208)."""

from __future__ import annotations

from hvtree.emulator.winrm.soap import WsmanFault


def unknown(reason: str) -> WsmanFault:
    """Return the fault for an id that the server doesn't know."""
    return WsmanFault(2150858843, "InvalidSelectors", reason, sender=True, detail="UnexpectedSelectors")


def unknown_resource() -> WsmanFault:
    """Return the fault for a shell that the host doesn't have (fact 228)."""
    reason = "The WS-Management service cannot process the request. The resource URI is missing or it has an incorrect format."
    return WsmanFault(2150858811, "InvalidResourceURI", reason, sender=True, detail="InvalidResourceURI")


def timed_out() -> WsmanFault:
    """Return the fault for an operation that took longer than the client allowed."""
    return WsmanFault(
        2150858793,
        "TimedOut",
        "The WS-Management service cannot complete the operation within the time specified in OperationTimeout.",
    )


def too_many() -> WsmanFault:
    """Return the fault for more shells or operations than a user may have."""
    return WsmanFault(2150859174, "QuotaLimit", "The maximum number of concurrent operations was exceeded.")


def no_shells() -> WsmanFault:
    """Return the fault for a shell on a host whose policy forbids them (fact 228)."""
    reason = "The service is configured to not accept any remote shell requests."
    return WsmanFault(
        2150859180, "AccessDenied", f"The WS-Management service cannot process the request. {reason}"
    )


def access_denied() -> WsmanFault:
    """Return the fault for somebody who is logged in and may not do it."""
    return WsmanFault(5, "AccessDenied", "Access is denied.", sender=True)


def aborted() -> WsmanFault:
    """Return the fault for an operation that was aborted."""
    return WsmanFault(995, "InternalError", "The operation was cut short by another one.")


def invalid_parameter(reason: str) -> WsmanFault:
    """Return the fault for an invalid request."""
    return WsmanFault(87, "InvalidParameter", reason, sender=True)


def no_executable() -> WsmanFault:
    """Return the fault for a command that is not an executable."""
    return WsmanFault(
        2147942402, "InternalError", "The system cannot find the file specified.", provider="Shell cmd plugin"
    )


def no_folder() -> WsmanFault:
    """Return the fault for a command whose shell has a working directory that is not there (fact 232)."""
    return WsmanFault(
        2147942667, "InternalError", "The directory name is invalid.", provider="Shell cmd plugin"
    )


def broken_pipe() -> WsmanFault:
    """Return the fault for input to a process that has ended."""
    return WsmanFault(109, "InternalError", "The pipe has been ended.", provider="Shell cmd plugin")
