"""The case-management systems that can be read as they are: tables, columns, and how they tell decisions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import JSON, ColumnElement, String, and_, case, cast, func, literal, or_

from mash_monitor.contacts import outcomes
from mash_monitor.contacts.errors import StoreMisconfigured
from mash_monitor.contacts.outcomes import FLAGS, MISSING_FLAG, OutcomeReading
from mash_monitor.domain.contact import Outcome

COLUMNS = (
    "contact_id",
    "person_id",
    "received_at",
    "decided_at",
    "source_code",
    "source_desc",
    "risk",
    "team",
    "outcome",
)
"""What a pass reads of a row, in this order. `worker` is read for people's own screens only, as the last."""

Find = Callable[[str], "ColumnElement[object] | None"]
"""Gives a column of the store's table by name, or None where it has none of that name."""
Words = Mapping[str, Outcome]
UNCLEAR = "unclear"
COMPLETED = "COMPLETED"


@dataclass(frozen=True, slots=True)
class Preset:
    """One system. `columns` maps our names to its own.

    `outcome_sql` makes the raw outcome from the table's columns, `undecided` tells in SQL, and rather too
    often than too seldom, that it is none yet; `read_outcome` decides precisely.
    """

    name: str
    table: str
    columns: Mapping[str, str]
    outcome_sql: Callable[[Find], ColumnElement[object] | None]
    undecided: Callable[[ColumnElement[object]], ColumnElement[bool]]
    read_outcome: Callable[[object, Words], OutcomeReading]
    needs: str = ""
    """What must be there for an outcome to be read, in words, where `outcome_sql` finds nothing."""
    completed: Callable[[Find], ColumnElement[bool] | None] = lambda _: None
    """Tells in SQL that a row is finished, where a decision time may remain from before it was reopened."""
    trust_code: bool = True
    """Whether the source code is the Department for Education's and not the supplier's own number."""


def preset_named(name: str) -> Preset:
    """The preset of this name. Raises StoreMisconfigured."""
    if (preset := PRESETS.get(name.strip().lower())) is None:
        from difflib import get_close_matches

        near = get_close_matches(name.lower(), PRESETS, 1)
        raise StoreMisconfigured(
            "store.preset",
            f"{name!r}",
            f"one of {', '.join(PRESETS)}",
            f"did you mean {near[0]!r}" if near else "choose one of them",
        )
    return preset


def _words(value: object, local: Words) -> OutcomeReading:
    text = str(value).strip()
    if text == UNCLEAR:
        return outcomes.UNCLEAR
    return outcomes.read_words(text, local)


def _no_words(outcome: ColumnElement[object]) -> ColumnElement[bool]:
    return or_(outcome.is_(None), outcome == "", outcome == UNCLEAR)


def _flags_or_words(value: object, local: Words) -> OutcomeReading:
    return outcomes.read_flags(value) if isinstance(value, Mapping) else _words(value, local)


def _json_text(find: Find) -> ColumnElement[object] | None:
    return find("cont_contact_outcome_json")


def _no_flag_in_json(outcome: ColumnElement[object]) -> ColumnElement[bool]:
    text = cast(outcome, String) if isinstance(outcome.type, JSON) else outcome
    raised = or_(text.like('%FLAG": "Y"%'), text.like('%FLAG":"Y"%'))
    missing = or_(text.like('%MISSING_FLAG": "Y"%'), text.like('%MISSING_FLAG":"Y"%'))
    return or_(outcome.is_(None), ~raised, missing)


def _case_of_flags(find: Find) -> ColumnElement[object] | None:
    """The flags as one word of ours, NULL while there is no decision."""
    columns = {flag: find(f"OUTCOME_{flag}") for flag in FLAGS} | {
        # the one flag that the supplier's table names without the prefix
        "OTHER_OUTCOMES_EXIST_FLAG": find("OTHER_OUTCOMES_EXIST_FLAG")
    }
    raised = [(column == "Y", FLAGS[flag].value) for flag, column in columns.items() if column is not None]
    if not raised:
        return None
    if (missing := find(f"OUTCOME_{MISSING_FLAG}")) is not None:
        raised.insert(0, (and_(missing == "Y", or_(*(condition for condition, _ in raised))), UNCLEAR))
    return case(*raised, else_=None)


def _step_completed(find: Find) -> ColumnElement[bool] | None:
    status = find("STEP_STATUS")
    return None if status is None else func.upper(status) == COMPLETED


def _next_actions(find: Find) -> ColumnElement[object] | None:
    completed = _step_completed(find)
    if completed is None:
        return None
    actions = find("NEXT_ACTIONS")
    done = literal(COMPLETED) if actions is None else func.coalesce(func.nullif(actions, ""), COMPLETED)
    return case((completed, done), else_=None)


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            name="native",
            table="contacts",
            columns={name: name for name in (*COLUMNS, "worker")},
            outcome_sql=lambda find: find("outcome"),
            undecided=_no_words,
            read_outcome=_words,
            needs="a column outcome",
        ),
        Preset(
            name="ssd",
            table="ssd_contacts",
            columns={
                "contact_id": "cont_contact_id",
                "person_id": "cont_person_id",
                "received_at": "cont_contact_date",
                "source_code": "cont_contact_source_code",
                "source_desc": "cont_contact_source_desc",
                "outcome": "cont_contact_outcome_json",
            },
            outcome_sql=_json_text,
            undecided=_no_flag_in_json,
            read_outcome=outcomes.read_json,
            needs="a column cont_contact_outcome_json",
            trust_code=False,
        ),
        Preset(
            name="liquidlogic",
            table="HDM.Child_Social.FACT_CONTACTS",
            columns={
                "contact_id": "FACT_CONTACT_ID",
                "person_id": "DIM_PERSON_ID",
                "received_at": "CONTACT_DTTM",
                "source_code": "DIM_LOOKUP_CONT_SORC_ID",
                "source_desc": "DIM_LOOKUP_CONT_SORC_ID_DESC",
            },
            outcome_sql=_case_of_flags,
            undecided=_no_words,
            read_outcome=_flags_or_words,
            needs="columns OUTCOME_…_FLAG",
            trust_code=False,
        ),
        Preset(
            name="mosaic",
            table="dm_workflow_steps",
            columns={
                "contact_id": "WORKFLOW_STEP_ID",
                "person_id": "PERSON_ID",
                "received_at": "STARTED_ON",
                "source_code": "SOURCE_CODE",
                "source_desc": "SOURCE_DESC",
                "outcome": "NEXT_ACTIONS",
            },
            outcome_sql=_next_actions,
            undecided=_no_words,
            read_outcome=_words,
            needs="a column STEP_STATUS",
            completed=_step_completed,
        ),
    )
}
