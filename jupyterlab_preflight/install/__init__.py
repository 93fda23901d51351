"""Packages and child processes on this machine."""
