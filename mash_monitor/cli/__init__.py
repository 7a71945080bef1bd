"""The program: thin, it parses, calls and prints. Only the standard library is imported before a command runs."""

from mash_monitor.cli.main import main

__all__ = ["main"]
