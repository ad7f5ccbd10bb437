"""See the checkpoint trees of Hyper-V hosts, and act on them."""

__version__ = "0.1.0"
