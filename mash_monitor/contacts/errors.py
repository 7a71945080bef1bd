"""What can be wrong with a contact store or a file, told so that somebody can act on it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, exc


class StoreError(Exception):
    """A contact store that could not be read."""


class StoreUnavailable(StoreError):
    """The store cannot be reached now, took too long, or was lost while it was read; it may work later."""


class StoreMisconfigured(StoreError):
    """The store cannot be read until somebody changes something."""

    def __init__(self, place: str, found: str, expected: str, remedy: str) -> None:
        super().__init__(f"{place}: {found}; expected {expected}. Remedy: {remedy}.")
        self.place = place
        self.found = found
        self.expected = expected
        self.remedy = remedy


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
    except (exc.ProgrammingError, exc.CompileError) as error:
        raise StoreMisconfigured(
            where,
            _first_line(error, url),
            "a readable table or query",
            "correct store.table, columns or query",
        ) from error
    except (exc.DataError, exc.IntegrityError) as error:
        found = f"{type(error).__name__}: a value does not suit its column"
        raise StoreMisconfigured(where, found, "matching types", "correct store.columns or query") from error
    except exc.DBAPIError as error:
        if "no such " in str(error.orig):  # SQLite's word for a wrong column is an operational error
            raise StoreMisconfigured(
                where,
                _first_line(error, url),
                "a readable table or query",
                "correct store.table, columns or query",
            ) from error
        raise StoreUnavailable(f"{where}: {_first_line(error, url)}") from error
    except exc.TimeoutError as error:
        raise StoreUnavailable(f"{where}: no connection was free in time") from error
    except OSError as error:
        raise StoreUnavailable(f"{where}: {error.strerror or type(error).__name__}") from error


def _first_line(error: exc.SQLAlchemyError, url: URL) -> str:
    text = str(getattr(error, "orig", None) or error).strip().splitlines()
    said = text[0][:300] if text else type(error).__name__
    return said.replace(str(url.password), "***") if url.password else said
