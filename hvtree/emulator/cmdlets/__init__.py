"""What the cmdlets of Hyper-V do on the emulated host, one method per cmdlet (`hyperv.HyperV`)."""
