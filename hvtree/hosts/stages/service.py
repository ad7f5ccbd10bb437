"""What answers at the address, asked without a login: WS-Management's Identify, and which logins are offered. Blocking.

No password is at stake here: Identify is open to everybody (fact 206), and the second request only provokes
the list of the ways to log in.
"""

from __future__ import annotations

import email.utils
import http.client
import ssl
from datetime import UTC, datetime
from time import perf_counter
from urllib.parse import urlsplit

from hvtree.domain.errors import ConnectionFailure
from hvtree.hosts.identity import IDENTIFY, product_of
from hvtree.hosts.stage_results import Service
from hvtree.hosts.winrm.settings import WinRmSettings

ANSWER_S = 15.0
_READ_BYTES = 64 * 1024
_SOAP = {"Content-Type": "application/soap+xml;charset=UTF-8", "User-Agent": "HVTree"}


def look_at_service(settings: WinRmSettings) -> Service:
    """Return what answers; raise `ConnectionFailure` with the code `not-http` or `service-silent`."""
    started = perf_counter()
    try:
        identity, body = _ask(settings, IDENTIFY, {**_SOAP, "WSMANIDENTIFY": "unauthenticated"})
        took_s = perf_counter() - started
        offer, _ = _ask(settings, "", _SOAP)
    except TimeoutError as error:
        raise ConnectionFailure(
            f"The host ‘{settings.name}’ takes the connection and then says nothing.",
            why="The service there is overloaded or stuck, or something on the way holds back what is sent.",
            now="Restart the WinRM service there.",
            details=repr(error),
            code="service-silent",
        ) from error
    except (OSError, http.client.HTTPException) as error:
        raise ConnectionFailure(
            f"What listens on port {settings.address[1]} of the host ‘{settings.name}’ is no WinRM service.",
            why="It does not answer as HTTP servers do.",
            now="Check the address and the port; 5985 is usual for http and 5986 for https.",
            details=repr(error),
            code="not-http",
        ) from error
    return Service(
        status=offer.status,
        product=product_of(body) if identity.status == http.HTTPStatus.OK else "",
        mechanisms=_mechanisms(offer),
        date_utc=_date(identity),
        server=identity.getheader("Server", ""),
        took_s=took_s,
    )


def _connection(settings: WinRmSettings) -> http.client.HTTPConnection:
    host, port = settings.address
    if not settings.is_tls:
        return http.client.HTTPConnection(host, port, timeout=ANSWER_S)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = (
        False  # the certificate is judged in a step of its own; nothing secret is sent here
    )
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, port, timeout=ANSWER_S, context=context)


def _ask(
    settings: WinRmSettings, text: str, headers: dict[str, str]
) -> tuple[http.client.HTTPResponse, bytes]:
    """Ask over a connection of its own: a server may hang up after each answer. Only its beginning is read."""
    connection = _connection(settings)
    try:
        path = urlsplit(settings.endpoint).path or "/wsman"
        connection.request("POST", path, text.encode(), headers)
        answer = connection.getresponse()
        return answer, answer.read(_READ_BYTES)
    finally:
        connection.close()


def _mechanisms(answer: http.client.HTTPResponse) -> tuple[str, ...]:
    """Return the first word of each `WWW-Authenticate` header; what follows it may be a token."""
    headers = answer.headers.get_all("WWW-Authenticate") or []
    words = (part.split()[0] for header in headers for part in header.split(",") if part.split())
    return tuple(dict.fromkeys(word for word in words if "=" not in word))


def _date(answer: http.client.HTTPResponse) -> datetime | None:
    try:
        return email.utils.parsedate_to_datetime(answer.getheader("Date", "")).astimezone(UTC)
    except ValueError:
        return None
