"""Connections to Windows hosts over WinRM: the only place that knows pywinrm, requests and urllib3."""

from __future__ import annotations

from hvtree.hosts.winrm.deferred import absent, deferred

# What only some connections take, or none: certificates, those of hosts that are reached by https and those that CredSSP makes, take
# the first two. Where pyspnego has been told what to log, the third reads it. urllib3 asks the fourth for a version if it shall speak
# HTTP/2. The fifth guesses in which code a page is that does not say it: what WinRM says is XML, which does, and nobody here asks
# requests for a text. Together they are a third of what pywinrm takes to load [measured 2026-11-28].
with (
    deferred("cryptography.x509"),
    deferred("cryptography.hazmat.primitives.serialization"),
    deferred("logging.config"),
    deferred("importlib.metadata", "version"),
    absent("charset_normalizer", "Unable to find acceptable character detection"),
):
    import winrm.transport  # noqa: F401
