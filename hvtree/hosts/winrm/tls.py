"""Whom to trust over TLS: this computer's authorities, those of a file, or one pinned certificate; and an early check.

The handshake is tried once before anything is sent, so that a certificate that is not trusted can be shown to whoever may
decide; every connection that follows is held to the same `Trust`.
"""

from __future__ import annotations

import hashlib
import socket
import ssl

from msgspec import Struct
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from hvtree.domain.certificate import Certificate, CertificateFailure, fingerprint_of
from hvtree.domain.errors import BadInput
from hvtree.domain.host_profile import HostProfile
from hvtree.domain.names import isolated, quoted
from hvtree.hosts.failures import failure, sentences
from hvtree.hosts.network import CONNECT_S
from hvtree.hosts.stage_results import TlsFinding
from hvtree.hosts.winrm.login import WinRmLogin

NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME [openssl/x509_vfy.h]; Python's ssl has no name for it."""
OBJECTION_S = 0.4
"""How long a host may take to object to the user's certificate."""
_EXPIRED, _NOT_YET_VALID, _SELF_SIGNED = 10, 9, 18
_OTHER_NAME = (62, 64)
"""OpenSSL's numbers for what is wrong with a certificate [openssl/x509_vfy.h]."""


class Trust(Struct, frozen=True):
    """What a certificate must be like. The context also holds the user's own certificate, if there is one."""

    context: ssl.SSLContext
    fingerprint: str | None = None
    """The one certificate that is trusted; None: any that the context accepts for the name."""


def trust_for(login: WinRmLogin) -> Trust | None:
    """Return whom to trust, None for plain http. Raise `BadInput` for a file that cannot be used."""
    profile = login.profile
    if not profile.is_tls:
        return None
    pin = fingerprint_of(profile.fingerprint) if profile.fingerprint else None
    context = any_certificate() if pin else _authorities(profile)
    if profile.transport == "certificate":
        _load_own_certificate(context, login)
    return Trust(context, pin)


def check_certificate(login: WinRmLogin, trust: Trust) -> None:
    """Shake hands once and disconnect; raise `CertificateFailure` for a certificate that is not trusted, else as `handshake`."""
    profile = login.profile
    try:
        der, _ = handshake(profile, trust.context, is_own_shown=profile.transport == "certificate")
    except ssl.SSLCertVerificationError as error:
        der, _ = handshake(profile, any_certificate())
        raise _untrusted(profile, error, _certificate_of(der)) from error
    if trust.fingerprint and _certificate_of(der).fingerprint != trust.fingerprint:
        raise _changed(profile, trust.fingerprint, _certificate_of(der))


def handshake(
    profile: HostProfile, context: ssl.SSLContext, *, is_own_shown: bool = False
) -> tuple[bytes, str]:
    """Return the host's certificate in DER, and the version of TLS.

    Raise `SSLCertVerificationError` for a certificate that the context does not accept, `AuthenticationFailure` if the
    user's own is shown and not accepted, and `ConnectionFailure` with the code `no-tls` or `tls-cut`.
    """
    host = profile.host
    try:
        with (
            socket.create_connection((host, profile.port), CONNECT_S) as plain,
            context.wrap_socket(plain, server_hostname=host.partition("%")[0]) as secure,
        ):
            if is_own_shown:
                _hear_objection(secure, profile)
            return secure.getpeercert(binary_form=True) or b"", secure.version() or ""
    except ssl.SSLCertVerificationError:
        raise
    except ssl.SSLError as error:
        if is_own_shown and "ALERT" in (error.reason or ""):
            raise failure("certificate-refused", profile, str(error)) from error
        raise failure("no-tls", profile, repr(error), reason=str(error.reason or error)) from error
    except OSError as error:
        raise failure("tls-cut", profile, repr(error), reason=str(error)) from error


def any_certificate() -> ssl.SSLContext:
    """Return a context that accepts every certificate: for looking at one, and where a fingerprint decides."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def look_at_certificate(login: WinRmLogin) -> TlsFinding:
    """Return what is to be said of the certificate, each thing apart from the others; raise as `handshake`.

    OpenSSL stops at the first thing that it dislikes. So the chain is tried without regard to name and dates, and the
    name with the certificate itself as its own authority. Nothing is sent over the connections.
    """
    trust = trust_for(login)
    assert trust is not None
    der, protocol = handshake(login.profile, any_certificate())
    certificate = _certificate_of(der)
    chain = _refusal(login, _without_time(_chain_only(trust.context)))
    return TlsFinding(
        certificate,
        sha1=hashlib.sha1(der, usedforsecurity=False).hexdigest().upper(),
        protocol=protocol,
        chain_problem=chain.verify_code if chain is not None else 0,
        chain_words=chain.verify_message if chain is not None else "",
        fits_name=_refusal(login, _only_this(der)) is None,
        is_pinned=None if trust.fingerprint is None else certificate.fingerprint == trust.fingerprint,
    )


def _refusal(login: WinRmLogin, context: ssl.SSLContext) -> ssl.SSLCertVerificationError | None:
    try:
        handshake(login.profile, context)
    except ssl.SSLCertVerificationError as error:
        return error
    return None


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


def _authorities(profile: HostProfile) -> ssl.SSLContext:
    if profile.ca_file is None:
        context = ssl.create_default_context()
        context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)  # some systems have none that OpenSSL finds
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # the file may name a host or a lower authority
        try:
            context.load_verify_locations(profile.ca_file)
        except OSError as error:
            raise _bad_file(profile.ca_file, "certificates to trust", error) from error
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # authorities inside companies often fall short of it
    return context


def _load_own_certificate(context: ssl.SSLContext, login: WinRmLogin) -> None:
    """Load the user's own certificate."""
    profile = login.profile
    if not profile.certificate_file or not profile.key_file:
        raise BadInput(
            f"The login to the host ‘{profile.name}’ by certificate needs two files: the certificate and its key.",
            now="Name both; they are PEM files.",
        )

    def password() -> str:
        return login.password  # without this, OpenSSL would ask on the terminal

    try:
        context.load_cert_chain(profile.certificate_file, profile.key_file, password)
    except OSError as error:
        files = f"{profile.certificate_file}’ and ‘{profile.key_file}"
        raise _bad_file(files, "your certificate and its key", error) from None


def _bad_file(file: str, what: str, error: OSError) -> BadInput:
    is_ssl = isinstance(error, ssl.SSLError)
    reason = "it is not in PEM form, or the key is locked by another password" if is_ssl else error.strerror
    return BadInput(
        f"The file ‘{file}’ with {what} cannot be used.",
        why=f"OpenSSL says: {reason or error}.",
        now="Name a PEM file that HVTree may read.",
    )


def _hear_objection(secure: ssl.SSLSocket, profile: HostProfile) -> None:
    """Raise if the host does not like the user's certificate: in TLS 1.3 it says so only after the handshake."""
    secure.settimeout(OBJECTION_S)
    try:
        answer = secure.recv(1)
    except TimeoutError:
        return  # no objection
    except ConnectionError as error:
        raise failure("certificate-refused", profile, str(error)) from error
    if not answer:
        closed = "The host closed the connection after the handshake."
        raise failure("certificate-refused", profile, closed)


def _untrusted(
    profile: HostProfile, error: ssl.SSLCertVerificationError, shown: Certificate
) -> CertificateFailure:
    reason = _reason(error, profile, shown)
    return CertificateFailure(
        **sentences("certificate-untrusted", profile, reason=reason, shown=shown.fingerprint),
        certificate=shown,
        details=f"{error.verify_message}\n{_described(shown)}",
    )


def _changed(profile: HostProfile, trusted: str, shown: Certificate) -> CertificateFailure:
    values = {"shown": shown.fingerprint, "subject": isolated(shown.subject)}
    from_date = f"{shown.not_before_utc:%Y-%m-%d}"
    return CertificateFailure(
        **sentences("certificate-changed", profile, trusted=trusted, from_date=from_date, **values),
        certificate=shown,
        trusted=trusted,
        details=_described(shown),
    )


def _reason(error: ssl.SSLCertVerificationError, profile: HostProfile, shown: Certificate) -> str:
    match error.verify_code:
        case code if code == _SELF_SIGNED:
            return "It is self-signed: nobody but the host vouches for it."
        case code if code == _EXPIRED:
            return f"It expired on {shown.not_after_utc:%Y-%m-%d}."
        case code if code == _NOT_YET_VALID:
            return f"It is valid only from {shown.not_before_utc:%Y-%m-%d} on, or this computer's clock is wrong."
        case code if code in _OTHER_NAME:
            names = ", ".join(map(isolated, shown.names[:5])) or isolated(shown.subject)
            return f"It is for {names}, and not for {profile.host}."
        case _:
            return (
                f"It was issued by {quoted(shown.issuer)}, which this computer does not know as an authority."
            )


def _described(shown: Certificate) -> str:
    return "\n".join(
        [
            f"For: {isolated(shown.subject)} ({', '.join(map(isolated, shown.names[:20]))})",
            f"Issued by: {isolated(shown.issuer)}",
            f"Valid: {shown.not_before_utc:%Y-%m-%d} to {shown.not_after_utc:%Y-%m-%d}",
            f"SHA-256: {shown.fingerprint}",
        ]
    )


def _certificate_of(der: bytes) -> Certificate:
    from hvtree.hosts.winrm.certificates import certificate_of  # noqa: PLC0415  (few hosts are reached by https)

    return certificate_of(der)
