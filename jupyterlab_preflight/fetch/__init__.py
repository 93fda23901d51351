"""Bringing bytes to a verified tree on disk: fetched once, never through a link."""
