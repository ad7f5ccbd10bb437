"""Connections to Windows hosts over WinRM: the only place that knows pywinrm, requests and urllib3."""

from __future__ import annotations

from hvtree.hosts.winrm.deferred import deferred

# Only certificates take it: those of hosts that are reached by https, and those that CredSSP makes. It is an eighth of what pywinrm
# takes to load [measured 2026-11-28].
with deferred("cryptography.x509"):
    import winrm.transport  # noqa: F401
