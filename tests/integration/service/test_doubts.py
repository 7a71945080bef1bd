"""What a position says is doubtful, and of what that is counted."""

from mash_monitor.service import positions
from mash_monitor.views.glossary import doubts
from tests.integration.service.town import Town
from tests.unit.domain.hubs import at

NOON = "2026-03-06 12:30"


def test_open_contacts_are_counted_in_doubt_and_decisions_before_receipt_of_the_month(town: Town) -> None:
    town.council.add("C-1", "2026-03-06 07:30", source_code="9Z", source_desc="nobody knows it")
    town.council.add("C-2", "2026-03-06", source_code="6")
    town.council.add("C-3", "2026-03-05 12:39", source_code="9Z", decided_at="2026-03-05 11:54")
    town.council.add("C-4", "2026-03-01 00:00", source_code="6", decided_at="2026-03-01 09:00")
    town.council.add("C-5", "2026-02-28 23:59", source_code="6", decided_at="2026-02-28 11:54")
    position = positions.as_of_now(town.hub, town.engine, at(NOON))
    assert doubts(position) == [
        "1 of 2 open: date without a time",
        "1 of 2 open: source unknown",
        "1 of 4 received this month: decided before received",
    ]
    town.report(NOON)
    town.council.run("DROP TABLE contacts")
    lost = positions.as_of_now(town.hub, town.engine, at(NOON)).quality
    assert (lost.decided_before_received, lost.received_this_month) == (None, None)
