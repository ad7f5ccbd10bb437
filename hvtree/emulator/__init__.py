"""A Hyper-V host in a process: an independent model of its behaviour, behind a WinRM endpoint."""
