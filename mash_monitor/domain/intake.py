"""Where contacts come from: how many a source makes, and how many of them become referrals."""

from dataclasses import dataclass, field

from mash_monitor.domain.contact import Contact
from mash_monitor.domain.measures import percent


@dataclass(slots=True)
class Inflow:
    """Contacts received, and those of them that converted: a referral or a child protection enquiry."""

    contacts: int = 0
    referrals: int = 0

    @property
    def conversion_pct(self) -> float | None:
        """Converted contacts of all received, decided or not, in percent; None without any."""
        return percent(self.referrals, self.contacts)


@dataclass(slots=True)
class Intake:
    """Contacts received from the instant `since` up to `now`, as a whole and by source group."""

    since: int
    now: int
    total: Inflow = field(default_factory=Inflow)
    groups: dict[str, Inflow] = field(default_factory=dict)

    def add(self, contact: Contact) -> None:
        """Count a contact, unless it was received outside. A decision after `now` has not converted it yet."""
        if contact.received is None or not self.since <= contact.received <= self.now:
            return
        decided = contact.decided
        converted = contact.converted and (decided is None or decided.earliest <= self.now)
        for inflow in (self.total, self.groups.setdefault(contact.source_group, Inflow())):
            inflow.contacts += 1
            inflow.referrals += converted

    def share_pct(self, group: str) -> float | None:
        """Contacts of a source group of all received, in percent; None where nothing was received."""
        return percent(self.groups.get(group, Inflow()).contacts, self.total.contacts)
