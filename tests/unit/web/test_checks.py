"""What `check` says of the web room."""

import pytest

from mash_monitor.config.web import Listen, Web
from mash_monitor.domain.finding import Severity
from mash_monitor.web.checks import web_findings


@pytest.mark.parametrize(
    "web",
    [None, Web(), Web(listen=Listen("::1", 8642)), Web(Listen("0.0.0.0", 8642), "https://mash.example.org")],
    ids=str,
)
def test_nothing_is_said_where_nobody_is_harmed(web: Web | None) -> None:
    assert list(web_findings(web, watches=web is not None)) == []


@pytest.mark.parametrize("public_url", [None, "http://127.0.0.1:8642"])
def test_a_board_that_others_would_read_in_the_clear_is_told(public_url: str | None) -> None:
    (finding,) = web_findings(Web(Listen("0.0.0.0", 8642), public_url), watches=True)
    assert (finding.severity, finding.place) == (Severity.WARNING, "web.listen")
    assert "public_url" in finding.remedy


def test_missing_packages_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mash_monitor.web.checks.find_spec", lambda _name: None)
    (finding,) = web_findings(Web(), watches=True)
    assert (finding.severity, finding.found) == (
        Severity.ERROR, "not installed: prometheus_client, starlette, uvicorn",
    )  # fmt: skip
    assert finding.remedy.startswith('pip install "mash-monitor[web]"')


def test_a_board_that_shows_the_last_report_for_hours_is_told() -> None:
    (finding,) = web_findings(Web(), watches=False)
    assert (finding.severity, finding.place) == (Severity.WARNING, "service.watch_every")
