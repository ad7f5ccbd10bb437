"""The certificate of a host, judged in four ways that do not hide each other: who issued it, its name, its dates, the pin.

OpenSSL stops at the first thing that it dislikes. So the chain is tried without regard to name and dates, and the name with
the certificate itself as its own authority. Nothing is sent over the connections. Blocking; for `aside`.
"""

from __future__ import annotations

import hashlib
import socket
import ssl

from hvtree.domain.errors import ConnectionFailure
from hvtree.hosts.stage_results import TlsFinding
from hvtree.hosts.stages.network import CONNECT_S
from hvtree.hosts.winrm.settings import WinRmSettings
from hvtree.hosts.winrm.tls import certificate_of, trust_for

NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME [openssl/x509_vfy.h]; Python's ssl has no name for it."""


def look_at_certificate(settings: WinRmSettings) -> TlsFinding:
    """Return what is to be said of the certificate; raise `ConnectionFailure` with the code `no-tls` or `tls-cut`."""
    trust = trust_for(settings)
    assert trust is not None
    der, protocol = _shake_hands(settings, _anybody())
    certificate = certificate_of(der)
    chain = _refusal(settings, _without_time(_chain_only(trust.context)))
    return TlsFinding(
        certificate,
        sha1=hashlib.sha1(der, usedforsecurity=False).hexdigest().upper(),
        protocol=protocol,
        chain_problem=chain.verify_code if chain is not None else 0,
        chain_words=chain.verify_message if chain is not None else "",
        fits_name=_refusal(settings, _only_this(der)) is None,
        is_pinned=None if trust.fingerprint is None else certificate.fingerprint == trust.fingerprint,
    )


def _shake_hands(settings: WinRmSettings, context: ssl.SSLContext) -> tuple[bytes, str]:
    """Return the host's certificate in DER, and the version of TLS."""
    host, port = settings.address
    try:
        with (
            socket.create_connection((host, port), CONNECT_S) as plain,
            context.wrap_socket(plain, server_hostname=host.partition("%")[0]) as secure,
        ):
            return secure.getpeercert(binary_form=True) or b"", secure.version() or ""
    except ssl.SSLCertVerificationError:
        raise
    except ssl.SSLError as error:
        raise ConnectionFailure(
            f"Port {port} of {host} does not speak TLS as HVTree does.",
            why=f"OpenSSL says: {error.reason or error}.",
            now="Check that the WinRM service there listens for https at this port: 5986 is usual, 5985 is plain http.",
            details=repr(error),
            code="no-tls",
        ) from error
    except OSError as error:
        raise ConnectionFailure(
            f"{host} broke off when TLS began.",
            why=f"The network says: {error.strerror or error}.",
            now="Check that the WinRM service there listens for https at this port.",
            details=repr(error),
            code="tls-cut",
        ) from error


def _refusal(settings: WinRmSettings, context: ssl.SSLContext) -> ssl.SSLCertVerificationError | None:
    try:
        _shake_hands(settings, context)
    except ssl.SSLCertVerificationError as error:
        return error
    return None


def _anybody() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _chain_only(context: ssl.SSLContext) -> ssl.SSLContext:
    """Return the authorities that HVTree trusts, without regard to names. The context is ours alone."""
    context.check_hostname = False
    return context


def _only_this(der: bytes) -> ssl.SSLContext:
    """Return a context that trusts this one certificate, if the name fits."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.load_verify_locations(cadata=der)
    return _without_time(context)


def _without_time(context: ssl.SSLContext) -> ssl.SSLContext:
    context.verify_flags = ssl.VerifyFlags(context.verify_flags | NO_CHECK_TIME)
    return context
