"""What runs behind the endpoint: an imitation of powershell.exe, or a real PowerShell with a Hyper-V module that asks the host."""
