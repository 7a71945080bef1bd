"""The errors that users meet, as the lines that tell them what to do."""

from sqlalchemy.exc import DBAPIError

from mash_monitor.cli.main import UsedWrongError
from mash_monitor.config import ConfigError
from mash_monitor.contacts import ContactsFileError, StoreMisconfigured, StoreUnavailable
from mash_monitor.contacts.complaints import complaint
from mash_monitor.domain.calendar import NeverStaffed
from mash_monitor.domain.reports import NoReports
from mash_monitor.state.database import StateError
from mash_monitor.state.slots import FenceLost

_REMEDIES: dict[type[OSError], str] = {
    FileNotFoundError: "correct the path, or make the folder first",
    PermissionError: "choose another place, or ask for the right to this one",
    IsADirectoryError: "name a file in that folder",
    NotADirectoryError: "a part of the path is a file: correct the path",
}
_PLAIN = (UsedWrongError, StateError, StoreMisconfigured, StoreUnavailable, ContactsFileError)


def told(error: Exception) -> list[str] | None:
    """The lines for people; None where the error is a defect of the program."""
    if isinstance(error, ConfigError):
        return list(error.problems)
    if isinstance(error, _PLAIN):
        return [str(error)]
    if isinstance(error, NeverStaffed | NoReports):
        return [f"rules and report times: {error}; correct [hours] of the pack or reports in config.toml"]
    if isinstance(error, DBAPIError):
        return [f"the database failed: {complaint(error)}; see: mash-monitor check, mash-monitor db status"]
    if isinstance(error, FenceLost):
        return ["other passes over this hub are being written just now; nothing was changed: run it again"]
    if isinstance(error, OSError):
        remedy = _REMEDIES.get(type(error), "look after that and run it again")
        return [f"{error.filename or 'a file'}: {error.strerror or type(error).__name__}; {remedy}"]
    if isinstance(error, ModuleNotFoundError):
        return [f"the package {error.name} is not installed; install mash-monitor with the extra that needs it"]
    return None
