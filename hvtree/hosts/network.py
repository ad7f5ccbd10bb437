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
