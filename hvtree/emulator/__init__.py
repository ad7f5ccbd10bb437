"""A Hyper-V host in a process: an independent model of its behaviour, behind a WinRM endpoint.

From the bottom up: `host` is the model, `worlds` says what is on it, `cmdlets` work on it, `agent` is HVTree's agent on top
of them; `winrm` is the endpoint, `powershell` what runs behind it, and `serve` puts them together.
"""
