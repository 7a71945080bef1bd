"""A deadline monitor for children's safeguarding hubs (MASH)."""

__version__ = "0.1.0"
