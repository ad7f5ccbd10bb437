"""WS-Management's Identify: the message that asks who is there, and how its answer is read."""

from __future__ import annotations

import xml.etree.ElementTree as ET

IDENTIFY = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">'
    "<s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>"
)
_IDENTITY = "{http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd}"


def product_of(body: bytes) -> str:
    """Return who answers, as `Vendor, OS: 10.0.20348 SP: 0.0 Stack: 3.0`; empty if this is no answer to Identify."""
    if b"<!DOCTYPE" in body:  # no server sends one, and entities are the one danger in XML
        return ""
    try:
        envelope = ET.fromstring(body)  # noqa: S314 - without a document type there are no entities to expand
    except ET.ParseError:
        return ""
    found = (envelope.find(f".//{_IDENTITY}{name}") for name in ("ProductVendor", "ProductVersion"))
    return ", ".join((element.text or "").strip() for element in found if element is not None)


def system_of(product: str) -> str:
    """Return the version of the operating system in a product; empty if it is not told, as before a login."""
    _, _, rest = product.partition("OS: ")
    version = rest.partition(" ")[0]
    return "" if version == "0.0.0" else version
