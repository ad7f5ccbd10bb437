"""The WinRM endpoint on loopback: logins, encryption, shells and commands, and the mischief of bad lines."""
