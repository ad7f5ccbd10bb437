"""Name resolution and the TCP port: the first two things on the way to a host. Blocking; for `aside`."""

from __future__ import annotations

import ipaddress
import socket
from time import perf_counter

from hvtree.domain.errors import ConnectionFailure
from hvtree.hosts.stage_results import Addresses, Reached

CONNECT_S = 5.0
OTHER_PORTS = {5985: 5986, 5986: 5985}
"""WinRM's own two ports: where one is closed, the other may be open."""


def resolve(host: str, port: int) -> Addresses:
    """Return the addresses of a host; raise `ConnectionFailure` with the code `name-unknown`."""
    if _is_literal(host):
        return Addresses((host,), is_literal=True)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # a label of more than 63 letters is a UnicodeError
        raise ConnectionFailure(
            f"No address is known for the name ‘{host}’.",
            why="Neither DNS nor the hosts file of this computer knows it.",
            now="Check how it is written, or use the full name or the IP address of the host.",
            details=f"{type(error).__name__}: {error}",
            code="name-unknown",
        ) from error
    return Addresses(tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found)))


def reach(host: str, port: int, timeout_s: float = CONNECT_S) -> Reached:
    """Connect and hang up; raise `ConnectionFailure` with the code `port-closed`, `port-silent` or `no-route`."""
    started = perf_counter()
    try:
        with socket.create_connection((host, port), timeout_s) as connection:
            return Reached(str(connection.getpeername()[0]), perf_counter() - started)
    except ConnectionRefusedError as error:
        raise _failure(
            "port-closed",
            f"Nothing listens on port {port} of {host}.",
            "The WinRM service is not running there, has no listener for this port, or a firewall turns us away.",
            error,
        ) from error
    except TimeoutError as error:
        raise _failure(
            "port-silent",
            f"{host} does not answer on port {port}.",
            "The host is off, or a firewall on the way swallows what is sent to it.",
            error,
        ) from error
    except OSError as error:
        reason = f"The network says: {error.strerror or error}."
        raise _failure("no-route", f"There is no way to {host}.", reason, error) from error


def open_other_port(host: str, port: int, timeout_s: float = 2.0) -> int | None:
    """Return WinRM's other port if something listens there, else None."""
    other = OTHER_PORTS.get(port)
    if other is None:
        return None
    try:
        socket.create_connection((host, other), timeout_s).close()
    except OSError:
        return None
    return other


def _failure(code: str, what: str, why: str, error: OSError) -> ConnectionFailure:
    details = f"{type(error).__name__}: {error}"
    return ConnectionFailure(what, why=why, now="Check the WinRM service there.", details=details, code=code)


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
