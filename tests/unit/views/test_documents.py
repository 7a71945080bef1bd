"""The JSON documents keep their names, their order, their nulls and their offsets."""

import json
from dataclasses import replace
from datetime import date, datetime

from mash_monitor.domain.changes import Changes
from mash_monitor.domain.finding import Finding, Severity
from mash_monitor.domain.measures import Tally
from mash_monitor.domain.period import Period
from mash_monitor.domain.position import StoreSeen
from mash_monitor.domain.rating import Rating
from mash_monitor.views.documents import (
    contacts_document,
    dump,
    explain_document,
    findings_document,
    outbox_document,
    summary_document,
)
from mash_monitor.views.scorecards import scorecard_document
from tests.unit.views import sample
from tests.unit.views.sample import FRIDAY, HOUR, LONDON

T = ["received", "in_time", "late", "not_yet_due", "uncertain", "pct", "pct_low", "pct_high"]


def test_a_contact_has_every_key_in_order() -> None:
    (contact,) = contacts_document(sample.position([sample.subject()]))["contacts"]
    assert list(contact.items()) == [
        ("contact_id", "C-10234"),
        ("children", 1),
        ("received_at", "2026-03-05T20:30:00+00:00"),
        ("received_precision", "minute"),
        ("source_code", "6"),
        ("source_group", "Police"),
        ("risk", "unrated"),
        ("team", "MASH 1"),
        ("timescale", "24 hours"),
        ("deadline", "2026-03-06T20:30:00+00:00"),
        ("rating", "red"),
        ("overdue", False),
        ("seconds_left", 4 * HOUR),
        ("staffed_seconds_left", 45 * 60),
        ("reason", "passes its deadline before the Sat 08:30 report"),
    ]


def test_the_head_of_a_document_is_in_local_time_with_an_offset() -> None:
    june = int(datetime(2026, 6, 1, 12, 30, tzinfo=LONDON).timestamp())
    document = contacts_document(sample.position([], now=june))
    assert list(document) == ["hub", "as_at", "next_report", "contacts", "store"]
    assert document["as_at"] == "2026-06-01T12:30:00+01:00"
    assert document["next_report"] == "2026-06-01T16:30:00+01:00"


def test_an_unreadable_time_gives_nulls_and_red() -> None:
    (contact,) = contacts_document(sample.position([sample.subject(received=None)]))["contacts"]
    nulls = ("received_at", "deadline", "seconds_left", "staffed_seconds_left", "timescale")
    assert {contact[key] for key in nulls} == {None}
    assert (contact["received_precision"], contact["rating"], contact["overdue"]) == (
        "unreadable",
        "red",
        False,
    )


def test_an_overdue_contact_is_red_and_its_seconds_are_negative() -> None:
    position = sample.position([sample.subject(received=FRIDAY - 25 * HOUR, teams=())])
    (contact,) = contacts_document(position)["contacts"]
    assert (contact["rating"], contact["overdue"], contact["seconds_left"]) == ("red", True, -HOUR)
    assert contact["team"] is None


def test_contacts_are_chosen_by_rating_and_stay_in_order() -> None:
    position = sample.position(now=FRIDAY - 4 * HOUR)
    red = contacts_document(position, Rating.RED)["contacts"]
    overdue = contacts_document(position, None, True)["contacts"]
    assert {contact["rating"] for contact in red} == {"red"}
    assert len(red) == position.counts.red + position.counts.overdue
    assert [contact for contact in red if contact["overdue"]] == overdue
    everything = contacts_document(position)["contacts"]
    assert [contact["contact_id"] for contact in everything] == [item.subject.contact_id for item in position.watched]


def test_the_summary_has_every_key_and_adds_up() -> None:
    position = sample.position(now=FRIDAY - 4 * HOUR)
    document = summary_document(position)
    assert list(document) == [
        "hub", "as_at", "next_report", "open", "due_before_next_report", "timescales", "sources", "teams",
        "data_quality", "store", "sources_since", "ageing", "changes", "reported",
    ]  # fmt: skip
    stand = document["open"]
    assert list(stand) == ["total", "red", "amber", "green", "overdue", "oldest_seconds"]
    assert stand["total"] == stand["red"] + stand["amber"] + stand["green"] == len(position.watched)
    assert stand["red"] >= stand["overdue"] > 0
    inflow = ["contacts", "share_pct", "referrals", "conversion_pct"]
    band = ["from_seconds", "to_seconds"]
    for key, first, last in (("sources", ["group"], inflow), ("teams", ["team"], []), ("ageing", band, [])):
        keys = [*first, "open", "red", "overdue", *last]
        assert [list(part) for part in document[key]] == [keys] * len(document[key])
        assert sum(part["red"] for part in document[key]) == stand["red"]
    for row in document["timescales"]:
        assert list(row) == ["name", "target_pct", "today", "last_7_days", "month", "weeks"]
        assert list(row["today"]) == T
        assert [list(week) for week in row["weeks"]] == [["from", *T]] * 13
    assert document["timescales"][0]["weeks"][-1]["from"] == "2026-03-02"
    assert list(document["data_quality"]) == [
        "set_aside", "time_unreadable", "date_only", "decided_before_received", "unknown_source", "vanished",
        "received_this_month",
    ]  # fmt: skip
    assert document["store"] == {"last_seen_at": "2026-03-06T12:29:00+00:00", "readable": True}


def test_a_store_that_was_never_seen_leaves_nulls_and_no_figures() -> None:
    document = summary_document(sample.position([], performance=None, intake=None, store=StoreSeen(None, "refused")))
    assert document["store"] == {"last_seen_at": None, "readable": False}
    assert document["open"]["oldest_seconds"] is None
    assert (document["timescales"], document["sources"], document["changes"]) == ([], [], None)


def test_changes_are_counted_between_two_moments() -> None:
    changes = Changes(FRIDAY - 4 * HOUR, FRIDAY, came=3, red=2)
    document = summary_document(sample.position(changes=changes))
    assert document["changes"]["since"] == "2026-03-06T12:30:00+00:00"
    assert (document["changes"]["came"], document["changes"]["red"], document["changes"]["decided"]) == (3, 2, 0)


def test_an_uncertain_share_is_null_between_its_bounds() -> None:
    row = sample.measured()[0]
    tallies = {**row.tallies, "today": Tally(4, 2, 1, 0, 1)}
    position = sample.position(performance=(replace(row, tallies=tallies),))
    today = summary_document(position)["timescales"][0]["today"]
    assert (today["pct"], today["pct_low"], today["pct_high"]) == (None, 50.0, 75.0)


def test_the_scorecard_repeats_the_same_figures_for_months_sources_and_the_period_before() -> None:
    card = sample.card()
    document = scorecard_document("herefordshire", card, LONDON)
    figures = [
        "contacts", "children", "outcomes", "referrals", "conversion_pct", "timescales", "sources", "nfa_pct",
        "repeats", "repeat_pct", "very_late", "open", "oldest_open_seconds", "teams", "risks",
    ]  # fmt: skip
    assert list(document) == [
        "hub", "period", *figures, "months", "previous", "previous_period", "as_at", "withheld_below",
        "uncertain_counted_as_late", "recorded_since", "is_over", "without_time", "definitions",
    ]  # fmt: skip
    assert document["previous_period"] == {"from": "2025-07-01", "to": "2025-09-30"}
    assert document["period"] == {"from": "2025-10-01", "to": "2025-12-31"}
    assert [list(month) for month in document["months"]] == [["month", *figures]] * 3
    assert [month["month"] for month in document["months"]] == ["2025-10", "2025-11", "2025-12"]
    assert list(document["previous"]) == figures
    assert sum(month["contacts"] for month in document["months"]) == document["contacts"]
    assert list(document["timescales"][0]) == ["name", "target_pct", *T]
    keys = ["group", "contacts", "share_pct", "referrals", "conversion_pct", "timescales", "nfa_pct", "very_late"]
    assert [list(source) for source in document["sources"]] == [keys] * len(document["sources"])
    assert sum(source["contacts"] for source in document["sources"]) == document["contacts"]
    numbers = [source["contacts"] for source in document["sources"]]
    assert numbers == sorted(numbers, reverse=True)


def test_an_empty_period_has_nulls_where_there_is_nothing_to_divide_by() -> None:
    card = sample.card(Period(date(2031, 1, 1), date(2031, 1, 31), "2031-01"))
    document = scorecard_document("herefordshire", card, LONDON)
    assert (document["contacts"], document["conversion_pct"], document["sources"]) == (0, None, [])
    assert document["timescales"][0]["pct"] is None


def test_explain_shows_the_way_the_history_and_the_deliveries() -> None:
    document = explain_document(sample.account(), LONDON)
    assert list(document) == [
        "contact_id", "received_at", "timescales", "rating", "reason", "history", "deliveries",
    ]  # fmt: skip
    assert document["timescales"][0] == {
        "name": "24 hours",
        "clock": "elapsed",
        "steps": [
            {"at": "2026-03-05T20:30:00+00:00", "what": "received Thu 5 Mar 2026 20:30"},
            {"at": "2026-03-06T20:30:00+00:00", "what": "24 h elapsed: due Fri 6 Mar 2026 20:30"},
        ],
        "deadline": "2026-03-06T20:30:00+00:00",
    }
    assert document["rating"] == "red"
    assert list(document["history"][0]) == ["at", "from", "to", "reason"]
    assert document["history"][0]["from"] is None
    assert list(document["deliveries"][0]) == ["at", "person", "channel", "state", "short_ref"]


def test_explain_says_what_became_of_a_decided_contact() -> None:
    account = replace(sample.account(), watched=None, status="decided", received=None, timescales=())
    document = explain_document(account, LONDON)
    assert (document["rating"], document["reason"], document["received_at"]) == (None, "decided", None)


def test_the_outbox_and_the_findings_keep_every_field() -> None:
    (delivery,) = outbox_document([sample.sent(next_action_at=FRIDAY + HOUR)], LONDON)["deliveries"]
    assert delivery["next_action_at"] == "2026-03-06T17:30:00+00:00"
    assert delivery["evidence"] == "delivered to the handset 15:31"
    finding = Finding(Severity.ERROR, "config.toml", "no hub", "add one")
    assert findings_document([finding]) == {
        "findings": [{"level": "error", "place": "config.toml", "found": "no hub", "remedy": "add one"}]
    }


def test_a_dump_is_ascii_and_reads_back_whatever_a_store_holds() -> None:
    document = contacts_document(sample.position([sample.subject("C-\ud800\u202e", teams=("Tîm",))]))
    text = dump(document)
    assert text.isascii()
    assert json.loads(text) == document
