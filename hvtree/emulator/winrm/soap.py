"""SOAP as WinRM speaks it: reading a request's envelope, and writing replies and faults.

Shapes are those of recordings of real servers, cut down to what independent clients accept (fact 207).
"""

from __future__ import annotations

import re
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from msgspec import Struct, field

NAMESPACES = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "x": "http://schemas.xmlsoap.org/ws/2004/09/transfer",
    "w": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
    "p": "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd",
    "rsp": "http://schemas.microsoft.com/wbem/wsman/1/windows/shell",
    "cfg": "http://schemas.microsoft.com/wbem/wsman/1/config",
    "f": "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault",
    "wsmid": "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd",
}
ANONYMOUS = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
FAULT_ACTION = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
FAULT_DETAIL = "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
SHELL = NAMESPACES["rsp"] + "/"
DEFAULT_ENVELOPE = 153_600
"""Bytes of the largest reply to a client that doesn't say what it takes."""
DEFAULT_TIMEOUT_S = 60.0
"""MaxTimeoutms of a Windows server: no operation takes longer."""
LONGEST_S = 1e9
"""Longer durations count as this: about 30 years."""

_DECLARATIONS = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
_DURATION = re.compile(
    r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", re.IGNORECASE | re.ASCII
)
_WHOLE = re.compile("[0-9]{1,18}")


class WsmanFault(Exception):
    """An operation that failed, to be answered with a SOAP fault and HTTP 500.

    `code` is the decimal number that clients look at, `subcode` a name in the namespace of WS-Management (`w`), or in another
    one of `NAMESPACES` with its prefix.
    """

    def __init__(
        self,
        code: int,
        subcode: str,
        reason: str,
        *,
        sender: bool = False,
        detail: str = "",
        provider: str = "",
    ) -> None:
        super().__init__(reason)
        self.code = code
        self.subcode = subcode
        self.reason = reason
        self.sender = sender
        self.detail = detail
        """Last part of the `w:FaultDetail` address; empty for none."""
        self.provider = provider
        """Name of the plug-in that failed; empty if the service itself did."""


class SoapRequest(Struct, frozen=True):
    """What an envelope asks for."""

    action: str
    message_id: str = ""
    resource_uri: str = ""
    selectors: Mapping[str, str] = field(default_factory=dict)
    """By name in lower case: some clients write ShellId, others ShellID."""
    options: Mapping[str, str] = field(default_factory=dict)
    """By name in upper case."""
    timeout_s: float = DEFAULT_TIMEOUT_S
    envelope_limit: int = DEFAULT_ENVELOPE
    body: ET.Element = field(default_factory=lambda: ET.Element("Body"))

    @property
    def kind(self) -> str:
        """The operation in one word: Create, Command, Send, Receive, Signal, Delete, Get, Identify, …"""
        return self.action.rpartition("/")[2]


def read_request(xml: bytes) -> SoapRequest:
    """Return what an envelope asks for; raise `WsmanFault` if it is not an envelope."""
    envelope = _parsed(xml)
    body = envelope.find("s:Body", NAMESPACES)
    if body is None:
        raise _schema_fault("The request has no SOAP body.")
    if body.find("wsmid:Identify", NAMESPACES) is not None:
        return SoapRequest("Identify", body=body)
    most = whole_number(_header(envelope, "w:MaxEnvelopeSize"))
    return SoapRequest(
        action=_header(envelope, "a:Action"),
        message_id=_header(envelope, "a:MessageID"),
        resource_uri=_header(envelope, "w:ResourceURI"),
        selectors={name.lower(): value for name, value in _named(envelope, "w:SelectorSet/w:Selector")},
        options={name.upper(): value for name, value in _named(envelope, "w:OptionSet/w:Option")},
        timeout_s=duration_s(_header(envelope, "w:OperationTimeout"), DEFAULT_TIMEOUT_S),
        envelope_limit=DEFAULT_ENVELOPE if most is None else most,
        body=body,
    )


def duration_s(text: str, default: float) -> float:
    """Return the seconds of an xs:duration such as `PT20S` or `PT7200.000S`, at most `LONGEST_S`; `default` for an empty one."""
    if not text:
        return default
    match = _DURATION.fullmatch(text.strip())
    if match is None or text.strip().upper() in ("P", "PT"):
        raise _schema_fault(f"{text!r} is not a duration.")
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return min(((days * 24 + hours) * 60 + minutes) * 60 + seconds, LONGEST_S)


def flag(text: str) -> bool:
    """Return whether an XML or option value means yes; clients write it in every letter case."""
    return text.strip().lower() in ("true", "1")


def reply(request: SoapRequest, body: str) -> bytes:
    """Return the envelope of the answer to a request; `body` is XML with the prefixes of `NAMESPACES`."""
    return _envelope(request.action + "Response", request.message_id, body)


def fault(message_id: str, error: WsmanFault, machine: str) -> bytes:
    """Return the envelope of a fault."""
    message = escape(error.reason)
    if error.provider:
        message = f"<f:ProviderFault provider={quoteattr(error.provider)}>{message}</f:ProviderFault>"
    detail = f"<w:FaultDetail>{FAULT_DETAIL}{escape(error.detail)}</w:FaultDetail>" if error.detail else ""
    body = (
        f"<s:Fault><s:Code><s:Value>s:{'Sender' if error.sender else 'Receiver'}</s:Value>"
        f"<s:Subcode><s:Value>{error.subcode if ':' in error.subcode else f'w:{error.subcode}'}</s:Value></s:Subcode></s:Code>"
        f'<s:Reason><s:Text xml:lang="en-US">{escape(error.reason)}</s:Text></s:Reason>'
        f'<s:Detail><f:WSManFault Code="{error.code}" Machine={quoteattr(machine)}>'
        f"<f:Message>{message}</f:Message></f:WSManFault>{detail}</s:Detail></s:Fault>"
    )
    return _envelope(FAULT_ACTION, message_id, body)


def text_of(element: ET.Element | None) -> str:
    """Return the text of an element; empty if it has none or isn't there."""
    return ((element.text if element is not None else None) or "").strip()


def _envelope(action: str, relates_to: str, body: str) -> bytes:
    return (
        f'<s:Envelope xml:lang="en-US" {_DECLARATIONS}><s:Header><a:Action>{escape(action)}</a:Action>'
        f"<a:MessageID>uuid:{str(uuid.uuid4()).upper()}</a:MessageID><a:To>{ANONYMOUS}</a:To>"
        f"<a:RelatesTo>{escape(relates_to)}</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


class _NoDocumentType(ET.TreeBuilder):
    """Refuses a document type in whatever encoding: no client sends one, and entities are the one danger in XML."""

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        raise _schema_fault("A request must not carry a document type.")


def _parsed(xml: bytes) -> ET.Element:
    parser = ET.XMLParser(target=_NoDocumentType())  # noqa: S314 - without a document type there are no entities
    try:
        parser.feed(xml)
        return parser.close()
    except (ET.ParseError, LookupError, ValueError) as error:  # the latter two for unknown encodings
        raise _schema_fault(f"The request is not well-formed XML: {error}.") from error


def _header(envelope: ET.Element, name: str) -> str:
    return text_of(envelope.find(f"s:Header/{name}", NAMESPACES))


def _named(envelope: ET.Element, path: str) -> list[tuple[str, str]]:
    found = envelope.findall(f"s:Header/{path}", NAMESPACES)
    return [(element.get("Name", ""), text_of(element)) for element in found]


def whole_number(text: str) -> int | None:
    """Return a number in plain digits, of at most 18, or None: `isdigit` would also take "²", which `int` does not."""
    return int(text) if _WHOLE.fullmatch(text) else None


def _schema_fault(reason: str) -> WsmanFault:
    return WsmanFault(2150858817, "SchemaValidationError", reason, sender=True)
