"""What a certificate says of itself."""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID

from hvtree.domain.certificate import Certificate, fingerprint_of


def certificate_of(der: bytes) -> Certificate:
    """Return what a certificate says of itself; one that cannot be read still has its fingerprint."""
    fingerprint = fingerprint_of(hashlib.sha256(der).hexdigest()) or ""
    try:
        read = x509.load_der_x509_certificate(der)
        return Certificate(
            fingerprint,
            _short_name(read.subject),
            _short_name(read.issuer),
            _names(read),
            read.not_valid_before_utc,
            read.not_valid_after_utc,
        )
    except (ValueError, x509.InvalidVersion):
        never = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
        return Certificate(fingerprint, "unreadable", "unreadable", (), never, never)


def _short_name(name: x509.Name) -> str:
    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common[0].value) if common else name.rfc4514_string()


def _names(read: x509.Certificate) -> tuple[str, ...]:
    try:
        found = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, ValueError):
        return ()
    names: list[str | ipaddress.IPv4Address | ipaddress.IPv6Address] = []
    names += found.get_values_for_type(x509.DNSName)
    addresses = found.get_values_for_type(x509.IPAddress)
    return tuple(map(str, [*names, *addresses]))
