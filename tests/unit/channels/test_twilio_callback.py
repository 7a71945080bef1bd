from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from mash_monitor.channels import Evidence, Result
from mash_monitor.channels.twilio_callback import callback_url, evidence, result_of, verified

TOKEN = "made-up-token"
URL = "https://mash.example.org/twilio/status/7"
FORM = {"MessageSid": "SM1", "MessageStatus": "delivered", "ErrorCode": "", "To": "+447700900123"}


def signature(form: dict[str, str] = FORM, url: str = URL, token: str = TOKEN) -> str:
    signed: str = RequestValidator(token).compute_signature(url, form)
    return signed


@pytest.mark.parametrize("base", ["https://mash.example.org/twilio/status", "https://mash.example.org/twilio/status/"])
def test_our_delivery_id_travels_in_the_address(base: str) -> None:
    assert callback_url(base, 7) == URL


def test_a_callback_with_the_accounts_signature_is_believed_empty_fields_included() -> None:
    assert verified(TOKEN, URL, urlencode(FORM), signature()) == FORM


@pytest.mark.parametrize("port", ["", ":443"])
def test_the_port_of_https_may_be_written_or_not(port: str) -> None:
    url = URL.replace(".org", f".org{port}")

    assert verified(TOKEN, url, urlencode(FORM), signature()) == FORM


@pytest.mark.parametrize(
    ("url", "form", "signed"),
    [
        (URL, FORM, None),
        (URL, FORM, ""),
        (URL, FORM, "ü"),
        (URL, FORM, signature(token="another")),
        (URL, FORM | {"MessageStatus": "failed"}, signature()),
        (URL, {key: value for key, value in FORM.items() if value}, signature() + "="),
        (URL.replace("/7", "/8"), FORM, signature()),
        (URL.replace("https", "http"), FORM, signature()),
        (URL, {}, signature()),
    ],
    ids=["none", "empty", "letters", "token", "status", "longer", "delivery", "http", "no fields"],
)
def test_anything_else_may_be_from_anybody(url: str, form: dict[str, str], signed: str | None) -> None:
    assert verified(TOKEN, url, urlencode(form), signed) is None


@given(st.text(max_size=200), st.none() | st.text(max_size=40))
def test_whatever_is_sent_is_refused_without_an_error(body: str, signed: str | None) -> None:
    assert verified(TOKEN, URL, body, signed) is None


@given(st.dictionaries(st.text(min_size=1), st.text(), min_size=1, max_size=5))
def test_whatever_is_signed_is_given_back(form: dict[str, str]) -> None:
    assert verified(TOKEN, URL, urlencode(form), signature(form)) == form


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (FORM, Evidence("SM1", Result.DELIVERED)),
        (FORM | {"MessageStatus": "sent"}, Evidence("SM1", Result.ACCEPTED)),
        (FORM | {"MessageStatus": "undelivered"}, Evidence("SM1", Result.UNDELIVERED, "undelivered")),
        (FORM | {"MessageStatus": "failed", "ErrorCode": "30003"}, Evidence("SM1", Result.UNDELIVERED, "30003")),
        (FORM | {"MessageStatus": "failed", "ErrorCode": "+44 7700"}, Evidence("SM1", Result.UNDELIVERED, "failed")),
        (FORM | {"MessageSid": ""}, None),
        ({"MessageSid": "SM1"}, None),
        ({}, None),
    ],
)
def test_a_callback_is_evidence_of_one_message(form: dict[str, str], said: Evidence | None) -> None:
    assert evidence(form) == said


def test_a_status_that_is_new_to_us_is_of_a_message_under_way() -> None:
    assert result_of("one-that-twilio-adds-later") is Result.ACCEPTED
