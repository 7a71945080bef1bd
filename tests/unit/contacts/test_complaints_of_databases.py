"""What is repeated of a driver's message: enough to act on, and nothing of a row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import exc, make_url

from mash_monitor.contacts import StoreMisconfigured, StoreUnavailable
from mash_monitor.contacts.complaints import complaint
from mash_monitor.contacts.errors import store_errors

URL = make_url("mssql+pymssql://reader:s3cret@host/db")


def said(*parts: object) -> str:
    return complaint(exc.OperationalError("SELECT secret", {}, Exception(*parts)))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((245, b"Conversion failed when converting the nvarchar value 'Canary' to data type int.DB-Lib error\nmore"),
         "OperationalError 245: a value does not suit its column"),
        (((245, b"Conversion failed when converting the nvarchar value 'Canary' to data type int."),),
         "OperationalError 245: a value does not suit its column"),
        (("22018", "[22018] [Driver] Conversion failed converting the varchar value 'Canary' to int. (245)"),
         "OperationalError 22018: a value does not suit its column"),
        (("ORA-01722: unable to convert string value containing Canary to a number",),
         "OperationalError ORA-01722: a value does not suit its column"),
        (("Could not decode to UTF-8 column 'source_desc' with text 'Canary'",),
         "OperationalError: a value does not suit its column"),
        ((20009, b"DB-Lib error message 20009, severity 9:\nUnable to connect\nmore"),
         "20009 DB-Lib error message 20009, severity 9: Unable to connect"),
        (('connection to "Canary", port 1 failed: no password for user "Canary"',),
         "connection to …, port 1 failed: no password for user …"),
        ((2003, "Can't connect to server on 'Canary' (111)"), "2003 Can't connect to server on … (111)"),
        (("near 'Canary O'Canary': syntax error",), "near …: syntax error"),
        (("near 'Canary O' Canary': syntax error",), "near …"),
        (("near b'Canary",), "near b…"),
        (("Wert „Canary“ ist falsch, «Canary»",), "Wert …"),
        (("disk I/O error\nCanary",), "disk I/O error"),
        ((), "OperationalError"),
    ],
)  # fmt: skip
def test_quoted_parts_are_left_out_and_numbers_kept(parts: tuple[object, ...], expected: str) -> None:
    assert said(*parts) == expected


@given(st.text(st.characters(codec="utf-8", exclude_characters="'\"`‘“„«’”»"), min_size=1), st.sampled_from("'\"`"))
def test_no_quoted_value_is_repeated(value: str, mark: str) -> None:
    assert f"CANARY{value}" not in said(f"near {mark}CANARY{value}{mark}: unexpected")


def test_a_value_of_the_wrong_type_is_for_somebody_to_put_right_and_not_to_wait_for() -> None:
    words = "Conversion failed when converting the nvarchar value 'Tommy Smith' to data type int."
    with pytest.raises(StoreMisconfigured) as caught, store_errors("here", URL):
        raise exc.OperationalError("SELECT 1", {}, Exception(245, words.encode()))
    assert "245" in caught.value.found
    assert "Tommy" not in str(caught.value)
    assert caught.value.remedy == "correct store.columns or query"


def test_a_server_that_refuses_is_told_with_a_remedy_and_without_the_password() -> None:
    with pytest.raises(StoreUnavailable, match=r"here: login with \*\*\* failed") as caught, store_errors("here", URL):
        raise exc.OperationalError("SELECT 1", {}, Exception("login with s3cret failed"))
    assert "s3cret" not in str(caught.value)
    assert (caught.value.expected, caught.value.remedy[:12]) == ("a database that answers", "see that it ")
