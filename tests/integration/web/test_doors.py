"""Who gets in: nobody without a token, and whoever guesses one waits longer each time."""

from pathlib import Path

import pytest
import requests

from mash_monitor.state import tokens
from mash_monitor.state.database import writing
from tests.integration.web.room import Room, room

PAGES = ("/", "/list", "/contact/C-2", "/scorecard")


@pytest.mark.parametrize("path", [*PAGES, "/list?rating=red&page=2"])
def test_without_a_token_every_page_asks_for_one_and_tells_nothing(looked_at: Room, path: str) -> None:
    for given in (None, "wrong", "x" * 5000):
        answer = looked_at.get(path, given)
        assert (answer.status_code, answer.text) == (303, "")
        assert answer.headers["Location"].startswith("/login?next=%2F")
    form = requests.get(looked_at.url + path, timeout=10)
    assert form.url.startswith(f"{looked_at.url}/login?next=")
    assert "C-2" not in form.text.replace("/contact/C-2", "")
    assert looked_at.get("/events").status_code == 401


def test_the_right_token_opens_the_page_that_was_asked_for_and_stays_in_a_cookie_that_no_script_sees(
    looked_at: Room,
) -> None:
    token = looked_at.token()
    answer = looked_at.enter(f" {token}\n", "/list?rating=red")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/list?rating=red")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"mash-monitor={token};")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie  # this machine speaks http to itself
    assert looked_at.get("/list?rating=red", token).status_code == 200


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/\\evil.example", "/list\r\nX: y", ""])
def test_the_form_leads_to_no_other_place_than_the_board(looked_at: Room, back: str) -> None:
    assert looked_at.enter(looked_at.token(), back).headers["Location"] == "/"


def test_beyond_this_machine_the_cookie_is_for_https_only(tmp_path: Path) -> None:
    with room(tmp_path, 'public_url = "https://mash.example.org"') as board:
        answer = board.enter(board.token(), Host="mash.example.org")
    assert answer.headers["Set-Cookie"].startswith("__Host-mash-monitor=")
    assert "Secure" in answer.headers["Set-Cookie"].split("; ")


def test_an_address_without_encryption_takes_no_token(looked_at: Room) -> None:
    answer = looked_at.enter(looked_at.token(), Host="192.0.2.7:8642")
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (403, False)
    assert "public_url" in answer.text


def test_another_site_cannot_send_the_form(looked_at: Room) -> None:
    answer = looked_at.enter(looked_at.token(), **{"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (403, False)


def test_wrong_tokens_slow_down_whoever_tries_them_and_the_right_one_is_heard_after_the_wait(board: Room) -> None:
    token = board.token()
    waits: list[int] = []
    for _ in range(6):
        assert board.enter("wrong").status_code == 403
        answer = board.enter(token) if len(waits) > 1 else board.enter("wrong")
        waits.append(int(answer.headers.get("Retry-After", 0)))
        board.clock.now += waits[-1]
    assert waits[0] == 0
    assert waits[2:] == sorted(waits[2:])
    assert waits[-1] > 10
    assert board.enter(token).status_code == 303


def test_a_revoked_token_opens_nothing_any_more(board: Room) -> None:
    token = board.token("wall")
    assert board.get("/", token).status_code == 200
    with writing(board.app.engine) as connection:
        tokens.revoke(connection, "wall", board.clock.now)
    assert board.get("/", token).status_code == 303
    assert board.get("/", headers={"Authorization": f"Bearer {token}"}).status_code == 303


def test_leaving_forgets_the_token(looked_at: Room) -> None:
    answer = requests.post(f"{looked_at.url}/logout", timeout=10, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert 'mash-monitor=""' in answer.headers["Set-Cookie"]
    assert "Max-Age=0" in answer.headers["Set-Cookie"]


def test_a_token_of_one_hub_opens_no_other(looked_at: Room) -> None:
    here, everywhere = looked_at.token(hub="north"), looked_at.token(hub=None)
    assert "South MASH" not in looked_at.get("/", here).text
    assert looked_at.get("/?hub=south", here).status_code == 404
    assert looked_at.get("/events?hub=south", here).status_code == 401
    both = looked_at.get("/", everywhere).text
    assert "North MASH" in both
    assert "South MASH" in both
    assert looked_at.get("/list", everywhere).headers["Location"] == "/"
    assert "South MASH" in looked_at.get("/list?hub=south", everywhere).text


def test_health_and_metrics_are_for_this_machine_and_for_whoever_has_a_token(board: Room) -> None:
    assert board.get("/health").json() == {"well": True}
    measured = board.get("/metrics").text
    assert 'mash_monitor_open_contacts{hub="north",level="overdue"} 1.0' in measured
    assert 'mash_monitor_last_look_age_seconds{hub="north"} 0.0' in measured
    assert "C-1" not in measured
    for path in ("/health", "/metrics"):
        by_proxy = {"X-Forwarded-For": "192.0.2.7"}
        assert board.get(path, headers=by_proxy).status_code == 401
        assert board.get(path, board.token(), headers=by_proxy).status_code == 200
    board.clock.now += 600
    assert (board.get("/health").status_code, board.get("/health").json()) == (503, {"well": False})


@pytest.mark.parametrize("path", [*PAGES, "/login", "/static/board.js", "/nowhere", "/health", "/events"])
def test_every_answer_forbids_foreign_code_and_keeping(looked_at: Room, path: str) -> None:
    for given in (None, looked_at.token()):
        with looked_at.get(path, given, stream=True) as answer:
            headers = answer.headers
            policy = headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
            assert "unsafe" not in policy
            assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
            assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")
            assert "Server" not in headers
