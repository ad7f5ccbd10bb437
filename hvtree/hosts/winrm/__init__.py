"""The connection to a Windows host over WinRM: the only place that knows pywinrm, requests and urllib3."""
