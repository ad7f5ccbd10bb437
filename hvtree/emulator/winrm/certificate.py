"""Certificates for an endpoint with TLS, made again at each start; by default valid for loopback only."""

from __future__ import annotations

import ipaddress
import ssl
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

LOOPBACK_NAMES = ("127.0.0.1", "localhost")
_SUBJECT = "HVTree emulated host"
_AUTHORITY = "HVTree emulated authority"


class ServerCertificate(Struct, frozen=True):
    """A certificate with its key, both as PEM."""

    certificate: bytes
    key: bytes
    fingerprint: str
    """SHA-256 of the certificate, in lower-case hexadecimal digits without colons."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.fingerprint!r})"

    def context(self, client_certificate: bytes | None = None) -> ssl.SSLContext:
        """Return a server's TLS context, which also takes a client's certificate (PEM, its own issuer).

        The key is on disk only while it is loaded.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory(prefix="hvtree-") as folder:
            file = Path(folder) / "endpoint.pem"
            file.write_bytes(self.certificate + self.key)
            context.load_cert_chain(file)
        if client_certificate is not None:
            context.verify_mode = ssl.CERT_OPTIONAL
            context.load_verify_locations(cadata=client_certificate.decode("ascii"))
        return context


def self_signed(days: float = 30, *, names: Iterable[str] = LOOPBACK_NAMES) -> ServerCertificate:
    """Return a self-signed certificate for a server or client, valid from yesterday for some days (negative: expired)."""
    key = ec.generate_private_key(ec.SECP256R1())
    built = _builder(key, _SUBJECT, days).issuer_name(_name(_SUBJECT))
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return _finished(_for_names(built, names).sign(key, hashes.SHA256()), key)


def issued(days: float = 30, *, names: Iterable[str] = LOOPBACK_NAMES) -> tuple[ServerCertificate, bytes]:
    """Return a certificate issued by an authority, as in companies, and the authority's own as PEM."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _builder(authority_key, _AUTHORITY, 30).issuer_name(_name(_AUTHORITY))
    authority = authority.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    built = _builder(key, _SUBJECT, days).issuer_name(_name(_AUTHORITY))
    built = built.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    signed = _for_names(built, names).sign(authority_key, hashes.SHA256())
    pem = authority.sign(authority_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    return _finished(signed, key), pem


def _builder(key: ec.EllipticCurvePrivateKey, subject: str, days: float) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _for_names(builder: x509.CertificateBuilder, names: Iterable[str]) -> x509.CertificateBuilder:
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    return builder.add_extension(x509.SubjectAlternativeName(map(_general_name, names)), critical=False)


def _general_name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _finished(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> ServerCertificate:
    return ServerCertificate(
        certificate.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        certificate.fingerprint(hashes.SHA256()).hex(),
    )
