"""The ``%%preflight`` cell: its language, its order, its state."""
