"""What runs behind the endpoint: an imitated powershell.exe, or a real one with a Hyper-V module that asks the host."""
