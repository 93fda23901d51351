"""What a link is, and how each provider is asked for its files."""
