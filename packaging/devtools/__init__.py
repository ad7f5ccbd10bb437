"""What the two commands in dev.py are made of. Standard library only: it runs before anything is installed."""
