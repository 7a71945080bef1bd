from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash_monitor.channels import Envelope
from mash_monitor.channels.letter import letter, mailbox

NOW = 1_585_582_200  # 2020-03-30 15:30 UTC
SENDER = mailbox("Herefordshire MASH <mash@hub.example.org>")
DUTY = mailbox("duty@example.org")

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def arrived(envelope: Envelope) -> EmailMessage:
    """The letter as its reader's mail program finds it."""
    parsed = message_from_bytes(letter(envelope, SENDER, DUTY, NOW).as_bytes(), policy=SMTP)
    assert isinstance(parsed, EmailMessage)
    return parsed


def content(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    found = part.get_content()
    assert isinstance(found, str)
    return found.replace("\r\n", "\n")


def test_a_letter_carries_text_and_html_in_one_message() -> None:
    message = arrived(Envelope(7, "duty@example.org", "2 red", "short", text="long", html="<p>long</p>"))

    assert message.get_content_type() == "multipart/alternative"
    assert content(message, "plain") == "long\n"
    assert content(message, "html") == "<p>long</p>\n"


def test_a_letter_without_long_forms_is_the_short_one_as_plain_text() -> None:
    message = arrived(Envelope(7, "duty@example.org", "2 red", "short"))

    assert message.get_content_type() == "text/plain"
    assert content(message, "plain") == "short\n"


def test_a_letter_says_when_by_whom_and_that_no_person_wrote_it() -> None:
    message = arrived(Envelope(7, "duty@example.org", "2 red", "short"))

    assert message["From"] == "Herefordshire MASH <mash@hub.example.org>"
    assert message["To"] == "duty@example.org"
    assert message["Date"] == "Mon, 30 Mar 2020 15:30:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_repeat_of_a_delivery_has_the_message_id_of_the_first() -> None:
    first, repeat = (letter(Envelope(7, "duty@example.org", s, s), SENDER, DUTY, NOW) for s in "ab")

    assert first["Message-ID"] == repeat["Message-ID"] == "<mash-7@hub.example.org>"


@given(subject=text, body=text)
def test_no_content_reaches_the_headers_and_all_of_it_arrives(subject: str, body: str) -> None:
    message = arrived(Envelope(7, "duty@example.org", subject, body))

    assert sorted(message.keys()) == sorted(
        [
            *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"),
            *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
        ]
    )
    assert "".join(content(message, "plain").splitlines()) == "".join(body.splitlines())


def test_line_breaks_in_a_subject_become_spaces() -> None:
    message = arrived(Envelope(7, "duty@example.org", "2 red\r\nBcc: all@example.org", "x"))

    assert message["Subject"] == "2 red Bcc: all@example.org"
    assert message["Bcc"] is None


def test_a_subject_beyond_ascii_arrives_as_it_was() -> None:
    message = arrived(Envelope(7, "duty@example.org", "Siân: 2 röt – overdue", "x"))

    assert message["Subject"] == "Siân: 2 röt – overdue"


def test_a_domain_beyond_ascii_is_written_as_the_wire_wants_it() -> None:
    assert mailbox("duty@bücher.example").addr_spec == "duty@xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("duty@example.org", ""),
        ("<duty@example.org>", ""),
        ("Duty team <duty@example.org>", "Duty team"),
        ('"Team, duty" <duty@example.org>', "Team, duty"),
    ],
)
def test_an_address_may_have_a_display_name(written: str, name: str) -> None:
    assert (mailbox(written).display_name, mailbox(written).addr_spec) == (name, "duty@example.org")


@pytest.mark.parametrize(
    "written",
    [
        "",
        "duty",
        "duty@",
        "@example.org",
        "duty@example.org\r\nBcc: all@example.org",
        "duty@example.org\nRCPT TO:<all@example.org>",
        "duty@example.org, all@example.org",
        "duty@example.org> SIZE=0",
        "duty @example.org",
        "du@ty@example.org",
        "<duty@example.org",
        "duty@example.org>",
        "Duty duty@example.org",
        "duty@ex..ample.org",
    ],
)
def test_what_is_not_one_address_is_refused_by_words_of_our_own(written: str) -> None:
    with pytest.raises(ValueError, match=r"expected an email address .*such as duty@example\.org$"):
        mailbox(written)
