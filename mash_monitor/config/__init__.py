"""The configuration: read from TOML and the environment, checked, and handed on as plain objects."""

from mash_monitor.config.load import ConfigError, load
from mash_monitor.config.models import Config, Hub, Store
from mash_monitor.config.people import Person

__all__ = ["Config", "ConfigError", "Hub", "Person", "Store", "load"]
