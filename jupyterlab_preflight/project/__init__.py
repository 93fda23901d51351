"""A project kept up to date without losing anybody's work, and the links into it."""
