"""Connections to Windows hosts over WinRM: the only place that knows pywinrm, requests and urllib3."""
