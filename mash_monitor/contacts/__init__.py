"""Reading contact stores, and files into the embedded one. Stores belong to the council and are only read."""

from mash_monitor.contacts.errors import ContactsFileError, NotInBulk, StoreError, StoreMisconfigured, StoreUnavailable
from mash_monitor.contacts.look import Look
from mash_monitor.contacts.notices import Notice, SetAside
from mash_monitor.contacts.rows import Marked
from mash_monitor.contacts.settings import StoreSettings
from mash_monitor.contacts.store import ContactStore, open_store

__all__ = [
    "ContactStore",
    "ContactsFileError",
    "Look",
    "Marked",
    "NotInBulk",
    "Notice",
    "SetAside",
    "StoreError",
    "StoreMisconfigured",
    "StoreSettings",
    "StoreUnavailable",
    "open_store",
]
