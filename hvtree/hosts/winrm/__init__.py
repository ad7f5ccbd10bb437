"""Connections to Windows hosts over WinRM: the only place that knows pywinrm, requests and urllib3."""

from __future__ import annotations

from hvtree.hosts.winrm.deferred import absent, deferred

# Only certificates take the first two: those of hosts that are reached by https, and those that CredSSP makes. The third reads what
# pyspnego shall log, if it has been told so. The fourth guesses in which code a page is that does not say it: what WinRM says is XML,
# which does, and nobody here asks requests for a text. Together they are a quarter of what pywinrm takes to load
# [measured 2026-11-28].
with (
    deferred("cryptography.x509"),
    deferred("cryptography.hazmat.primitives.serialization"),
    deferred("logging.config"),
    absent("charset_normalizer", "Unable to find acceptable character detection"),
):
    import winrm.transport  # noqa: F401
