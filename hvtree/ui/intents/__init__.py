"""What a user may intend, one file each: its words, its keys, its operation and its form. `registry` lists them all."""
