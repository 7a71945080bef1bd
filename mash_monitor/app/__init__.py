"""The composition root: from a configuration to the objects that do the work."""

from mash_monitor.app.root import App

__all__ = ["App"]
