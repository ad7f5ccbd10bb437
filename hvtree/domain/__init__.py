"""What checkpoints, VMs and plans are: values only, no input or output."""
