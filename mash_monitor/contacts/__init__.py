"""Reading contact stores, and files into the embedded one. Stores belong to the council and are only read."""

from mash_monitor.contacts.errors import ContactsFileError, NotInBulk, StoreError, StoreMisconfigured, StoreUnavailable
from mash_monitor.contacts.look import Look
from mash_monitor.contacts.notices import Notice, SetAside
from mash_monitor.contacts.rows import RawRow, fingerprint, fingerprints
from mash_monitor.contacts.settings import StoreSettings
from mash_monitor.contacts.store import ContactStore, open_store

__all__ = [
    "ContactStore",
    "ContactsFileError",
    "Look",
    "NotInBulk",
    "Notice",
    "RawRow",
    "SetAside",
    "StoreError",
    "StoreMisconfigured",
    "StoreSettings",
    "StoreUnavailable",
    "fingerprint",
    "fingerprints",
    "open_store",
]
