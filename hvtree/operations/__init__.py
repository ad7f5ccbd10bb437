"""What a user can do with checkpoints: each operation plans, performs and verifies itself."""
