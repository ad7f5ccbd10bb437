"""The first two stages of a connection: resolve the name, reach the TCP port. Blocking; no password is needed for them."""

from __future__ import annotations

import ipaddress
import socket
from time import perf_counter

from hvtree.domain.host_profile import HTTP_PORT, HTTPS_PORT, HostProfile
from hvtree.hosts.failures import failure
from hvtree.hosts.stage_results import Addresses, Reached

CONNECT_S = 5.0
"""Seconds for a TCP connection; pywinrm alone would wait as long as for an answer."""
_KEEP_ALIVE = {
    "TCP_KEEPIDLE": 3,  # Linux, and Windows since 10 1709
    "TCP_KEEPALIVE": 3,  # the same on macOS
    "TCP_KEEPINTVL": 1,
    "TCP_KEEPCNT": 3,
}
"""TCP's own look after the other end: after 3 quiet seconds a segment without content each second, dead after three that
nobody acknowledges (RFC 9293, 3.8.4)."""
WATCHES_LINES = hasattr(socket, "TCP_KEEPINTVL") and hasattr(socket, "TCP_KEEPCNT")
"""This system can be told how soon to look; else it would be two hours."""
OTHER_PORTS = {HTTP_PORT: HTTPS_PORT, HTTPS_PORT: HTTP_PORT}
"""WinRM's own two ports: where one is closed, the other may be open."""


def resolve(profile: HostProfile) -> Addresses:
    """Return the addresses of a host; raise `ConnectionFailure` with the code `name-unknown`."""
    host = profile.host
    if _is_address(host):
        return Addresses((host,), is_literal=True)
    try:
        found = socket.getaddrinfo(host, profile.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # a label of more than 63 letters is a UnicodeError
        raise failure("name-unknown", profile, repr(error)) from error
    return Addresses(tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found)))


def reach(profile: HostProfile) -> Reached:
    """Connect to the port and disconnect; raise `ConnectionFailure` with the code `port-closed`, `port-silent` or
    `no-route`, within `CONNECT_S` for each address.
    """
    host, port, started = profile.host, profile.port, perf_counter()
    try:
        with socket.create_connection((host, port), CONNECT_S) as connection:
            return Reached(str(connection.getpeername()[0]), perf_counter() - started)
    except socket.gaierror as error:
        raise failure("name-unknown", profile, repr(error)) from error
    except ConnectionRefusedError as error:
        raise failure("port-closed", profile, repr(error)) from error
    except TimeoutError as error:
        raise failure("port-silent", profile, repr(error)) from error
    except OSError as error:
        raise failure("no-route", profile, repr(error), reason=error.strerror or str(error)) from error


def watch_line(connection: socket.socket) -> None:
    """Let a blocked call on a connection end with an error some 6 seconds after the host at its other end is gone.

    It costs 40 bytes a second each way, and no message: only that the other computer's network is alive is known by it.
    """
    if not WATCHES_LINES:
        return
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEP_ALIVE.items():
        if (option := getattr(socket, name, None)) is not None:
            connection.setsockopt(socket.IPPROTO_TCP, option, value)


def open_other_port(profile: HostProfile, timeout_s: float = 2.0) -> int | None:
    """Return WinRM's other port if something listens there, else None."""
    other = OTHER_PORTS.get(profile.port)
    if other is None:
        return None
    try:
        socket.create_connection((profile.host, other), timeout_s).close()
    except OSError:
        return None
    return other


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
