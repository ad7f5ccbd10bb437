"""What answers at an address: WS-Management's Identify, asked without a login, and the logins that are offered. Blocking.

No password is at stake here: Identify is open to everybody (fact 206), and the second request only provokes
the list of the ways to log in.
"""

from __future__ import annotations

import email.utils
import http.client
import ssl
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from time import perf_counter
from types import MappingProxyType
from urllib.parse import urlsplit

from hvtree.domain.host_profile import HostProfile
from hvtree.hosts.failures import failure
from hvtree.hosts.http_answers import AnswerLimits, UnusableAnswer, check_head, limited_response
from hvtree.hosts.stage_results import Service

IDENTIFY = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">'
    "<s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>"
)
ANSWER_S = 15.0
LIMITS = AnswerLimits(most_bytes=512 * 1024, most_s=ANSWER_S)
"""The identity of a host is some 500 bytes; a page of something else is not worth more."""
MECHANISMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ntlm": ("negotiate", "ntlm"),
        "kerberos": ("kerberos", "negotiate"),
        "credssp": ("credssp",),
        "basic": ("basic",),
    }
)
"""What a host must offer for each way to log in; a certificate is shown before any offer."""
_IDENTITY = "{http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd}"
_READ_BYTES = 64 * 1024
_SOAP = {"Content-Type": "application/soap+xml;charset=UTF-8", "User-Agent": "HVTree"}


class _NoDocumentType(ET.TreeBuilder):
    """Refuses a document type in whatever encoding: no server sends one, and entities are the one danger in XML."""

    def doctype(self, name: str, _public: str | None, _system: str | None) -> None:
        raise ValueError(f"An answer must not carry a document type ({name}).")


def look_at_service(profile: HostProfile, limits: AnswerLimits = LIMITS) -> Service:
    """Return what answers; raise `ConnectionFailure` with the code `not-http`, `service-silent`, or one of an `UnusableAnswer`."""
    started = perf_counter()
    try:
        identity, body = _ask(profile, IDENTIFY, {**_SOAP, "WSMANIDENTIFY": "unauthenticated"}, limits)
        took_s = perf_counter() - started
        offer, _ = _ask(profile, "", _SOAP, limits)
    except UnusableAnswer as error:
        raise failure(error.code, profile, **error.values) from error
    except TimeoutError as error:
        raise failure("service-silent", profile, repr(error)) from error
    except (OSError, http.client.HTTPException) as error:
        raise failure("not-http", profile, repr(error)) from error
    return Service(
        status=offer.status,
        product=product_of(body) if identity.status == http.HTTPStatus.OK else "",
        mechanisms=mechanisms_of(offer.headers.get_all("WWW-Authenticate") or []),
        date_utc=_date(identity),
        server=identity.getheader("Server", ""),
        took_s=took_s,
    )


def product_of(body: bytes) -> str:
    """Return who answers, as `Vendor, OS: 10.0.20348 SP: 0.0 Stack: 3.0`; empty if this is no answer to Identify."""
    parser = ET.XMLParser(target=_NoDocumentType())  # noqa: S314 - without a document type there are no entities
    try:
        parser.feed(body)
        envelope = parser.close()
    except (ET.ParseError, LookupError, ValueError):  # the latter two for encodings that nobody knows
        return ""
    found = (envelope.find(f".//{_IDENTITY}{name}") for name in ("ProductVendor", "ProductVersion"))
    return ", ".join((element.text or "").strip() for element in found if element is not None)


def system_of(product: str) -> str:
    """Return the version of the operating system in a product; empty if it is not told, as before a login."""
    _, _, rest = product.partition("OS: ")
    version = rest.partition(" ")[0]
    return "" if version == "0.0.0" else version


def _connection(profile: HostProfile) -> http.client.HTTPConnection:
    if not profile.is_tls:
        return http.client.HTTPConnection(profile.host, profile.port, timeout=ANSWER_S)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # the certificate has a stage of its own; nothing secret is sent here
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(profile.host, profile.port, timeout=ANSWER_S, context=context)


def _ask(
    profile: HostProfile, text: str, headers: dict[str, str], limits: AnswerLimits
) -> tuple[http.client.HTTPResponse, bytes]:
    """Ask over a connection of its own: a server may close it after each answer. Only its beginning is read."""
    connection = _connection(profile)
    connection.response_class = limited_response(limits)
    try:
        path = urlsplit(profile.endpoint).path or "/wsman"
        connection.request("POST", path, text.encode(), headers)
        answer = connection.getresponse()
        check_head(answer.status, answer.getheader, None, limits)
        return answer, answer.read(_READ_BYTES)
    finally:
        connection.close()


def is_offered(transport: str, mechanisms: Iterable[str]) -> bool:
    """Return whether a host that offers these mechanisms takes a way to log in."""
    return bool({each.lower() for each in mechanisms} & set(MECHANISMS.get(transport, ())))


def mechanisms_of(headers: Iterable[str]) -> tuple[str, ...]:
    """Return the first word of each `WWW-Authenticate` header; what follows it may be a token."""
    words = (part.split()[0] for header in headers for part in header.split(",") if part.split())
    return tuple(dict.fromkeys(word for word in words if "=" not in word))


def _date(answer: http.client.HTTPResponse) -> datetime | None:
    try:
        return email.utils.parsedate_to_datetime(answer.getheader("Date", "")).astimezone(UTC)
    except (ValueError, OverflowError):  # the latter for a date at the end of all calendars
        return None
