"""Where contacts come from, and how many of them convert."""

from dataclasses import replace

from mash_monitor.domain.contact import Contact, Outcome, Row, Span, merge
from mash_monitor.domain.intake import Inflow, Intake

SINCE, NOW = 1_000, 2_000


def contact(received: int | None, group: str = "Police", outcome: Outcome | None = None, decided: int = 0) -> Contact:
    span = Span(decided, decided) if outcome else None
    return merge([Row("C-1", "p1", received, source_group=group, outcome=outcome, decided=span)])


def test_shares_and_conversion_are_of_what_was_received() -> None:
    intake = Intake(SINCE, NOW)
    for one in (
        contact(SINCE),
        contact(NOW, outcome=Outcome.REFERRAL, decided=NOW),
        contact(1_500, outcome=Outcome.NFA, decided=1_600),
        contact(1_500, "Schools", Outcome.CP_ENQUIRY, 1_600),
        contact(SINCE - 1, outcome=Outcome.REFERRAL, decided=1_500),
        contact(NOW + 1),
        contact(None),
    ):
        intake.add(one)
    assert intake.total == Inflow(4, 2)
    assert intake.groups == {"Police": Inflow(3, 1), "Schools": Inflow(1, 1)}
    assert [intake.share_pct("Police"), intake.share_pct("Nobody")] == [75.0, 0.0]
    assert [intake.groups["Police"].conversion_pct, intake.total.conversion_pct] == [33.33, 50.0]


def test_a_decision_to_come_has_converted_nothing_yet() -> None:
    intake = Intake(SINCE, NOW)
    intake.add(contact(1_500, outcome=Outcome.REFERRAL, decided=NOW + 1))
    intake.add(replace(contact(1_500), converted=True))  # one child's part is decided, the contact is still open
    assert intake.total == Inflow(2, 1)


def test_without_contacts_there_is_no_share() -> None:
    intake = Intake(SINCE, NOW)
    assert intake.share_pct("Police") is None
    assert intake.total.conversion_pct is None
