"""The configuration: read from TOML and the environment, checked, and handed on as plain objects."""

from mash_monitor.config.load import ConfigError, load
from mash_monitor.config.models import Config, Hub, Person, Store

__all__ = ["Config", "ConfigError", "Hub", "Person", "Store", "load"]
