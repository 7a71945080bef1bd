"""What leaves: a reference, a colour, a time and a reason, in one text message where it can."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash_monitor.domain.calendar import DAY
from mash_monitor.domain.message import (
    SEGMENT,
    Counts,
    Item,
    Report,
    gsm7,
    position,
    safe_reference,
    subject,
    summary_text,
    text,
)
from mash_monitor.domain.rating import Level
from tests.unit.domain.hubs import HOUR, LONDON, at

GSM7_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
NOW = at("2026-03-06 16:30")
UNSTAFFED = Item("C-10234", Level.RED, at("2026-03-07 14:05"), 0)
STAFFED = Item("C-10240", Level.RED, at("2026-03-06 17:10"), 2400)
OVERDUE = Item("C-10199", Level.OVERDUE, at("2026-03-06 15:30"), 0)
THOUSANDS = Counts(1000, 1000, 1000)
GUID = "a3f0c1d2-0f34-4a6e-9f10-0123456789ab"
REPORT = Report("Herefordshire MASH", NOW, LONDON, Counts(2, 4, 9, 30), (UNSTAFFED, STAFFED), at("2026-03-07 08:30"))


def told(**changes: object) -> str:
    return text(replace(REPORT, **changes), "7KQ2")  # type: ignore[arg-type]


def test_the_words_of_an_alert_are_plain() -> None:
    due_today = replace(STAFFED, deadline=at("2026-03-06 15:30"))
    assert told(items=(UNSTAFFED, due_today), next_report=None) == (
        "Herefordshire MASH 16:30: 2 OVERDUE, 4 RED, 9 amber. C-10234 due Sat 14:05, no staffed time left. "
        "C-10240 due 15:30. Reply ACK 7KQ2"
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"items": (OVERDUE,)},
            "2 OVERDUE, 4 RED, 9 amber. C-10199 OVERDUE since 15:30.",
        ),
        (
            {"items": (replace(STAFFED, last_seen=at("2026-03-06 12:30")),)},
            "2 OVERDUE, 4 RED, 9 amber. C-10240 due 17:10, as last seen 12:30.",
        ),
        (
            {"items": (Item("C-1", Level.RED, None, None),)},
            "2 OVERDUE, 4 RED, 9 amber. C-1 RED, time unreadable.",
        ),
        (
            {"items": (replace(UNSTAFFED, level=Level.AMBER),)},
            "2 OVERDUE, 4 RED, 9 amber. C-10234 due Sat 14:05.",
        ),
        (
            {"items": (), "first_look": True},
            "first look, 2 OVERDUE, 4 RED, 9 amber.",
        ),
        (
            {"items": (), "late_for": at("2026-03-06 12:30")},
            "late for 12:30, 2 OVERDUE, 4 RED, 9 amber.",
        ),
        (
            {"items": (UNSTAFFED, OVERDUE, OVERDUE, OVERDUE), "counts": Counts(3)},
            "3 OVERDUE. C-10234 due Sat 14:05, no staffed time left. C-10199 OVERDUE since 15:30. +2 more.",
        ),
        (  # no room for the reason
            {"items": (replace(UNSTAFFED, contact_id=GUID), STAFFED)},
            f"2 OVERDUE, 4 RED, 9 amber. {GUID} due Sat 14:05. C-10240 due 17:10.",
        ),
        (  # nor for the time
            {"items": (replace(OVERDUE, contact_id=GUID),), "counts": THOUSANDS, "first_look": True},
            f"first look, 1,000 OVERDUE, 1,000 RED, 1,000 amber. {GUID} OVERDUE.",
        ),
    ],
)
def test_what_an_alert_says(changes: dict[str, object], said: str) -> None:
    assert told(**changes) == f"Herefordshire MASH 16:30: {said} Next Sat 08:30. Reply ACK 7KQ2"


def test_what_becomes_longer_in_plain_text_still_fits() -> None:
    sent = told(title="Hub… North…", items=(UNSTAFFED, STAFFED, OVERDUE, OVERDUE))
    assert sent.startswith("Hub... North... 16:30: ")
    assert len(sent) <= SEGMENT < len(sent) + len(" C-10199 OVERDUE since 15:30.")


def test_a_hub_with_a_long_title_rather_takes_two_segments_than_names_nobody() -> None:
    title = "The Multi-Agency Safeguarding Hub of the County and the City, Children and Young People's Directorate"
    sent = told(title=title, items=(UNSTAFFED, STAFFED))
    assert SEGMENT < len(sent) <= 2 * 153
    assert "C-10234 due Sat 14:05, no staffed time left. C-10240 due 17:10. Next" in sent


def test_a_message_to_nobody_in_particular_asks_for_no_answer() -> None:
    assert "Reply" not in text(REPORT, None)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (Counts(), "nothing open"),
        (Counts(green=1200), "1,200 green"),
        (Counts(amber=9, green=30), "9 amber"),
        (Counts(red=4), "4 RED"),
        (Counts(overdue=2, green=1), "2 OVERDUE"),
        (Counts(2, 4, 9, 30), "2 OVERDUE, 4 RED, 9 amber"),
    ],
)
def test_the_position_in_words(counts: Counts, said: str) -> None:
    assert position(counts) == said


def test_the_same_message_as_an_email() -> None:
    assert subject(REPORT) == "Herefordshire MASH 16:30: 2 OVERDUE, 4 RED, 9 amber"
    late = replace(REPORT, late_for=at("2026-03-06 12:30"))
    assert subject(late) == "Herefordshire MASH 16:30 (late): 2 OVERDUE, 4 RED, 9 amber"
    assert summary_text(REPORT, ["C-10234 …"]).splitlines() == [
        "Herefordshire MASH: 45 open contacts: 2 OVERDUE, 4 RED, 9 amber.",
        "Next report Sat 08:30.",
        "",
        "C-10234 …",
    ]
    assert "Next" not in summary_text(replace(REPORT, next_report=None), [])


@pytest.mark.parametrize("contact_id", ["C-10234", "10234", "2026/000123", "MASH/26/7", GUID, "WF:12.3#4"])
def test_a_reference_that_cannot_hold_a_name_leaves_as_it_is(contact_id: str) -> None:
    assert safe_reference(contact_id) == contact_id


@pytest.mark.parametrize(
    "contact_id",
    ["Jane Smith", "Smith", "Smith, 2010", "Smith2019", "SMITH1", "Lee-7", "Zoë-12", "7" * 41, "", "12\n", "١٢"],
)
def test_a_reference_that_could_hold_a_name_leaves_as_a_digest(contact_id: str) -> None:
    reference = safe_reference(contact_id)
    assert reference.startswith("#")
    assert len(reference) == 9
    assert reference == safe_reference(contact_id)
    assert reference != safe_reference(contact_id + "x")


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("Hub – “North”", 'Hub - "North"'),
        ("Ynys Môn…", "Ynys M?n..."),
        ("a\u00a0b", "a b"),
        ("£5 [x]", "£5 ?x?"),
    ],
)
def test_text_is_kept_to_what_makes_a_message_no_longer(given: str, sent: str) -> None:
    assert gsm7(given) == sent


ids = st.text(max_size=50) | st.from_regex(r"[A-Z]{1,3}-[0-9]{1,12}", fullmatch=True)
levels = st.sampled_from([Level.AMBER, Level.RED, Level.OVERDUE])


def reports(titles: st.SearchStrategy[str], references: st.SearchStrategy[str], most: int) -> st.SearchStrategy[Report]:
    deadlines = st.integers(NOW - 5 * DAY, NOW + 5 * DAY)
    items = st.builds(
        Item, references, levels, st.none() | deadlines, st.sampled_from([0, HOUR]), st.none() | deadlines
    )
    counts = st.integers(0, most)
    return st.builds(
        Report,
        titles,
        st.just(NOW),
        st.just(LONDON),
        st.builds(Counts, counts, counts, counts, counts),
        st.lists(items, max_size=40),
        st.just(NOW + 16 * HOUR) | st.none(),
        st.booleans(),
        st.none(),
    )


@given(reports(st.text(max_size=24), st.text("ABC-0123456789", max_size=16) | st.text(max_size=60), 999))
def test_a_message_of_ordinary_parts_is_one_segment_and_names_someone(report: Report) -> None:
    sent = text(replace(report, items=[i for i in report.items if len(safe_reference(i.contact_id)) <= 16]), "7KQ2")
    assert len(sent) <= SEGMENT


@given(reports(st.text(max_size=200), ids, 10**7))
def test_any_message_is_plain_text_of_few_segments_that_names_the_most_urgent(report: Report) -> None:
    sent = text(report, "7KQ2")
    assert set(sent) <= set(GSM7_BASIC)
    assert sent.endswith(" Reply ACK 7KQ2")
    assert len(sent) <= 3 * 153 + 40
    for item in sorted(report.items, key=lambda item: item.deadline is None)[:1]:  # a deadline can be acted on
        assert safe_reference(item.contact_id) in sent


@given(reports(st.just("Hub"), st.integers(0, 10**6).map("C-{}".format), 99))
def test_every_item_is_named_or_counted(report: Report) -> None:
    sent = text(report, None)
    named = sum(sent.count(f" {contact_id} ") for contact_id in {item.contact_id for item in report.items})
    more = int(sent.split(" +")[1].split(" ")[0]) if " +" in sent else 0
    assert named + more == len(report.items)
