"""What stands in a record beside its times: children, team, worker, risk, outcome. Nobody is named."""

from dataclasses import dataclass
from random import Random

from mash_monitor.domain.contact import Outcome
from mash_monitor.simulate.decisions import Pace

_CHILDREN = 36_000
_SIBLINGS = ((1, 2, 3, 4), (68, 20, 8, 4))
_TEAMS = (("Triage North", "Triage South", "Triage City", "Complex Safeguarding", ""), (32, 28, 28, 6, 6))
_WORKERS = tuple(f"W{number:02}" for number in range(1, 15))
_NOT_CONVERTED = (
    (Outcome.NFA, Outcome.ADVICE, Outcome.EARLY_HELP, Outcome.EXISTING_REFERRAL, Outcome.OTHER),
    (44, 26, 18, 9, 3),
)
_ENQUIRIES = {Pace.PROMPT: 0.3, Pace.NEXT_DAY: 0.06, Pace.LATE: 0.0}  # the gravest are never left lying

# Most contacts arrive, and stay, without a risk rating.
_RISKS = ("", "red", "amber", "green", "blue")
_RISK_WEIGHTS = {
    Outcome.CP_ENQUIRY: (30, 60, 10, 0, 0),
    Outcome.REFERRAL: (60, 6, 26, 8, 0),
    None: (78, 0, 5, 13, 4),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One contact's record without its times and source; `persons` has one reference for each child."""

    persons: tuple[str, ...]
    risk: str
    team: str
    worker: str
    outcome: Outcome


def case(converted: bool, pace: Pace, random: Random) -> Case:
    """Draw a record for a contact of this pace that becomes a referral or enquiry, or does not."""
    if converted:
        outcome = Outcome.CP_ENQUIRY if random.random() < _ENQUIRIES[pace] else Outcome.REFERRAL
    else:
        outcome = random.choices(*_NOT_CONVERTED)[0]
    first = int(_CHILDREN * random.random() ** 2)  # squared: some families come again and again
    siblings = random.choices(*_SIBLINGS)[0]
    return Case(
        persons=tuple(f"P{10_000 + first + number}" for number in range(siblings)),
        risk=random.choices(_RISKS, _RISK_WEIGHTS.get(outcome, _RISK_WEIGHTS[None]))[0],
        team=random.choices(*_TEAMS)[0],
        worker=random.choice(_WORKERS),
        outcome=outcome,
    )
