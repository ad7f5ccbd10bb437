"""What a user can do with checkpoints: each operation answers with a plan or with a refusal."""
