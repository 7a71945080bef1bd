"""What can be wrong with a contact store or a file, told so that somebody can act on it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, exc


class StoreError(Exception):
    """A contact store that could not be read."""


class StoreUnavailable(StoreError):
    """The store cannot be reached now, took too long, or was lost while it was read; it may work later."""

    def __init__(self, found: str, expected: str = "", remedy: str = "") -> None:
        super().__init__(f"{found}; expected {expected}. Remedy: {remedy}." if remedy else found)
        self.found = found
        self.expected = expected
        self.remedy = remedy


class StoreMisconfigured(StoreError):
    """The store cannot be read until somebody changes something."""

    def __init__(self, place: str, found: str, expected: str, remedy: str) -> None:
        super().__init__(f"{place}: {found}; expected {expected}. Remedy: {remedy}.")
        self.place = place
        self.found = found
        self.expected = expected
        self.remedy = remedy


class NotInBulk(Exception):
    """Rows that must be read one by one: the store cannot give them otherwise, or the rows of a contact may stand
    apart, because its id is spelled with something to clean.
    """


class ContactsFileError(Exception):
    """A file that cannot be taken in at all; nothing of it was written. `line` 0 is the whole file."""

    def __init__(self, file: str, line: int, found: str, expected: str, remedy: str) -> None:
        place = f"{file}, line {line}" if line else file
        super().__init__(f"{place}: {found}; expected {expected}. Remedy: {remedy}.")
        self.file = file
        self.line = line
        self.found = found
        self.expected = expected
        self.remedy = remedy


class UnknownHeader(ContactsFileError):
    """A file of which the header tells no format, or two columns for one of ours."""


_NO_DATABASE = ("not a database", "disk image is malformed")
_TABLE = ("a readable table or query", "correct store.table, columns or query")
_ANSWER = (
    "a database that answers",
    "see that it runs and can be reached from here, and that store.url and its account are right",
)


@contextmanager
def store_errors(where: str, url: URL) -> Iterator[None]:
    """Turn what the database says into StoreUnavailable or StoreMisconfigured.

    Only the first line of a message is repeated (the later ones repeat statements), never a value that was
    read, and never the password.
    """
    try:
        yield
    except exc.NoSuchTableError as error:
        raise StoreMisconfigured(where, f"no table {error}", "one that can be read", "set store.table") from error
    except (exc.DBAPIError, exc.CompileError) as error:
        raise _told(error, where, url) from error
    except exc.TimeoutError as error:
        raise StoreUnavailable(f"{where}: no connection was free in time", *_ANSWER) from error
    except OSError as error:
        raise StoreUnavailable(f"{where}: {error.strerror or type(error).__name__}", *_ANSWER) from error


def _told(error: exc.SQLAlchemyError, where: str, url: URL) -> StoreError:
    from mash_monitor.contacts.complaints import complaint, is_of_a_value  # only where something is wrong

    said = _without_password(complaint(error), url)
    if is_of_a_value(error):
        return StoreMisconfigured(where, said, "matching types", "correct store.columns or query")
    # SQLite's word for a wrong column is an operational error
    if isinstance(error, exc.ProgrammingError | exc.CompileError) or "no such " in said:
        return StoreMisconfigured(where, said, *_TABLE)
    if any(sign in said for sign in _NO_DATABASE):
        return StoreMisconfigured(where, said, "a SQLite file", "correct store.url, or restore the file from a copy")
    return StoreUnavailable(f"{where}: {said}", *_ANSWER)


def _without_password(said: str, url: URL) -> str:
    return said.replace(str(url.password), "***") if url.password else said
