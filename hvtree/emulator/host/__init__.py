"""The emulated host itself: its VMs, disks, jobs and clock, and the rules of what happens to them."""
