"""The WinRM endpoint on loopback: logins, encryption, shells and commands, and injected connection faults."""
