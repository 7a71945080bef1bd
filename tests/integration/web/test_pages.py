"""What the pages say: the figures of every other view, whatever stands in the store, and when not to trust them."""

import re
from html import unescape

import pytest

from mash_monitor.service import positions
from mash_monitor.state.database import reading
from tests.integration.web.room import NOON, Room
from tests.unit.domain.hubs import at

HOSTILE = "C-1<script>alert(1)</script>&\"'"


def words(html: str) -> str:
    """The text of a page as somebody reads it."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_wall_shows_the_position_of_the_last_pass(looked_at: Room) -> None:
    text = words(looked_at.get("/", looked_at.token()).text)
    assert "1 OVERDUE 1 RED 1 amber 0 green" in text
    assert "Overdue OVERDUE C-1 since 11:00 1 h 30 min" in text
    assert "Still in time RED C-2 due 14:05 1 h 35 min" in text
    assert "Contacts last seen 12:30 , 0 min ago. Next report 16:30 ." in text
    with reading(looked_at.app.engine) as connection:
        counts = positions.from_ledger(connection, looked_at.app.hub("north"), at(NOON)).counts
    assert (counts.overdue, counts.red, counts.amber, counts.green) == (1, 1, 1, 0)


def test_what_may_be_overdue_does_not_stand_under_still_in_time(board: Room) -> None:
    for number in range(8):
        board.councils["south"].add(f"C-{number}", "when it rang")
    board.councils["south"].add("C-9", "2026-03-06 12:00")
    for number in range(20, 25):
        board.councils["south"].add(f"C-{number}", "2026-03-04 10:00")
    board.report(NOON, "south")
    board.clock.now += 2
    text = words(board.get("/", board.token(hub="south")).text)
    assert "and 2 more overdue Time unreadable, perhaps overdue RED C-0 time unreadable RED C-1" in text
    assert re.search(r"RED C-1 time unreadable and 6 more of unknown time Still in time \w+ C-9 due", text)


def test_the_list_has_every_contact_and_can_be_narrowed(looked_at: Room) -> None:
    token = looked_at.token()
    found = {
        rating: re.findall(r'scope="row"><a [^>]*><bdi>(C-\d)', looked_at.get(f"/list{rating}", token).text)
        for rating in ("", "?rating=overdue", "?rating=red", "?rating=green", "?rating=amber", "?rating=mauve")
    }
    assert found == {
        "": ["C-1", "C-2", "C-3"], "?rating=overdue": ["C-1"], "?rating=red": ["C-1", "C-2"], "?rating=green": [],
        "?rating=amber": ["C-3"], "?rating=mauve": ["C-1", "C-2", "C-3"],
    }  # fmt: skip


def test_a_long_list_comes_in_pages(board: Room) -> None:
    for number in range(250):
        board.councils["south"].add(f"C-{number:04}", "2026-03-05 14:05")
    board.report(NOON, "south")
    board.clock.now += 2
    token = board.token(hub="south")
    shown = [re.findall(r"<bdi>(C-\d{4})</bdi></a></th>", board.get(f"/list?page={n}", token).text) for n in (1, 2, 3)]
    assert [len(page) for page in shown] == [100, 100, 50]
    assert len({contact for page in shown for contact in page}) == 250
    for odd in ("0", "-1", "x", "9" * 30, "4", "²"):
        assert board.get("/list", token, params={"page": odd}).status_code == 200
    assert len(board.get("/list", token).content) < 100 * 1024


def test_a_contact_is_explained_with_what_only_our_own_screens_show(looked_at: Room) -> None:
    text = words(looked_at.get("/contact/C-1", looked_at.token()).text)
    assert "overdue by 1 h 30 min" in text
    assert "West Mercia Police" in text
    assert "worker w1" in text
    assert "Fri 6 Mar 2026 11:00" in text
    assert "What was sent" in text
    assert "duty console" in text


@pytest.mark.parametrize("path", ["/contact/C-9", "/contact/%23deadbeef", "/contact/", "/contact/" + "x" * 3000])
def test_a_contact_that_nobody_knows_is_not_there(looked_at: Room, path: str) -> None:
    assert looked_at.get(path, looked_at.token()).status_code == 404


@pytest.mark.parametrize(
    ("asked", "month"),
    [
        ("", "March 2026"), ("?period=2026-02", "February 2026"), ("?period=1991-01", "January 1991"),
    ],
)  # fmt: skip
def test_the_scorecard_is_of_a_month_that_has_begun(looked_at: Room, asked: str, month: str) -> None:
    text = words(looked_at.get(f"/scorecard{asked}", looked_at.token()).text)
    assert f"To the content North MASH Wall List Scorecard Leave {month}" in text
    assert ("Contacts 3 " in text) == (month == "March 2026")


@pytest.mark.parametrize("asked", ["2026-04", "2026-13", "0001-01", "1990-12", "", "9" * 3000, "<b>\u202e"])
def test_a_month_that_has_no_scorecard_is_refused_with_what_there_is(looked_at: Room, asked: str) -> None:
    answer = looked_at.get("/scorecard", looked_at.token(), params={"period": asked})
    text = words(answer.text)
    assert answer.status_code == 400
    assert "a month is written as 2026-03, and can be any from January 1991 to this one, March 2026" in text
    assert 'href="/scorecard"' in answer.text
    assert "<b>" not in answer.text
    assert len(text) < 300


def test_whatever_stands_in_a_store_is_text_and_can_be_looked_at(board: Room) -> None:
    odd = [HOSTILE, "C-" + "9" * 198, "C-1\u202e\x1b[31m\u0000", "C 1/..?&#%", "Ünicode 7"]
    for contact_id in odd:
        board.councils["south"].add(contact_id, "2026-03-05 13:00", source_desc=HOSTILE, worker="\u202ew")
    board.report(NOON, "south")
    board.clock.now += 2
    token = board.token(hub="south")
    pages = [board.get("/list", token).text, board.get("/", token).text]
    links = re.findall(r'scope="row"><a href="(/contact/[^"]+)"', pages[0])
    assert len(links) == len(odd)
    for link in links:
        pages.append(board.get(unescape(link), token).text)
        assert "Thu 5 Mar 2026 13:00" in pages[-1]
    for page in pages:
        assert "<script>alert" not in page
        assert not re.search("[\u202e\x1b\x00]", page)


def test_an_empty_hub_says_so_and_one_never_looked_at_says_that(looked_at: Room) -> None:
    token = looked_at.token(hub="south")
    assert "No contact is open." in words(looked_at.get("/", token).text)
    assert "None of these" not in words(looked_at.get("/list", token).text)
    text = words(looked_at.get("/scorecard", token).text)
    assert "Contacts 0 — " in text
    assert "No contact is recorded for 1 to 28 February 2026: there is nothing to compare with." in text


def test_a_position_that_is_older_than_it_should_be_is_grey_and_says_why(board: Room) -> None:
    token = board.token()

    def why(when: str) -> str | None:
        board.clock.now = at(when)
        board.live()
        found = re.search(r'class="late">.*?<p class="lost">(.*?)</p>', board.get("/", token).text, re.DOTALL)
        return words(found[1]) if found else None

    assert why("2026-03-06 16:29") is None
    assert why("2026-03-06 16:39") is None
    assert why("2026-03-06 16:41") == "Not up to date: the 16:30 report has not run."
    assert "4 h 11 min ago" in words(board.get("/", token).text)
    board.report("2026-03-06 16:41")
    assert why("2026-03-06 16:43") is None
    board.councils["north"].run("ALTER TABLE contacts RENAME TO gone")
    board.report("2026-03-06 16:45")
    assert why("2026-03-06 16:47") == "Not up to date: the contact store cannot be read."
    text = words(board.get("/", token).text)
    assert "CONTACT STORE NOT SEEN since 16:41" in text
    assert "C-1" in text
    board.clock.now += 120  # and nobody ticks any more
    assert "the service is not running" in words(board.get("/", token).text)


def test_what_only_the_store_knows_is_not_there_while_it_cannot_be_read_and_the_rest_is(board: Room) -> None:
    token = board.token()
    board.councils["north"].run("ALTER TABLE contacts RENAME TO gone")
    assert board.get("/scorecard", token).status_code == 503
    known = board.get("/contact/C-1", token)
    assert known.status_code == 200
    assert "as last known" in words(known.text)
    assert board.get("/", token).status_code == 200
