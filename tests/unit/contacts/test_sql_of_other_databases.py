"""The SQL for databases that are not at hand, as compiled text."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import DateTime, Dialect, Integer, String, Unicode, select
from sqlalchemy.dialects import registry
from sqlalchemy.types import TypeEngine

from mash_monitor.contacts import StoreMisconfigured, StoreSettings
from mash_monitor.contacts.layout import Layout
from mash_monitor.contacts.matching import FoundTable, lay_out
from mash_monitor.contacts.presets import PRESETS

MSSQL: Dialect = registry.load("mssql.pymssql")()
ORACLE: Dialect = registry.load("oracle.oracledb")()
NOW = 1_772_798_400  # 6 March 2026, noon
SSD: dict[str, TypeEngine[Any]] = {
    "cont_contact_id": String(48), "cont_person_id": String(48), "cont_contact_date": DateTime(),
    "cont_contact_source_code": String(48), "cont_contact_source_desc": String(255),
    "cont_contact_outcome_json": String(4000),
}  # fmt: skip
LIQUIDLOGIC: dict[str, TypeEngine[Any]] = {
    "FACT_CONTACT_ID": Integer(), "DIM_PERSON_ID": Integer(), "CONTACT_DTTM": DateTime(),
    "DIM_LOOKUP_CONT_SORC_ID": Integer(),
    "DIM_LOOKUP_CONT_SORC_ID_DESC": Unicode(255), "OUTCOME_NEW_REFERRAL_FLAG": String(1), "OUTCOME_NFA_FLAG": String(1),
    "OUTCOME_MISSING_FLAG": String(1), "OTHER_OUTCOMES_EXIST_FLAG": String(1), "OUTCOME_COMMENTS": Unicode(),
}  # fmt: skip
MOSAIC: dict[str, TypeEngine[Any]] = {
    "workflow_step_id": Integer(), "person_id": Integer(), "started_on": DateTime(), "step_status": String(20),
    "next_actions": String(4000), "completed_on": DateTime(),
}  # fmt: skip


def layout(dialect: str, preset: str, theirs: Mapping[str, TypeEngine[Any]], **settings: Any) -> Layout:
    *parents, name = PRESETS[preset].table.split(".")
    found = FoundTable(dialect, name, ".".join(parents) or None, theirs)
    return lay_out(found, PRESETS[preset], StoreSettings("x://", preset=preset, **settings))


def sql(of: Layout, dialect: Dialect) -> str:
    wanted = of.may_be_open(NOW) & of.received_since(NOW - 180 * 86400)
    statement = select(*of.row(worker=False)).where(wanted)
    return " ".join(str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": False})).split())


def test_sql_server_reads_liquidlogic_from_its_own_schema_and_no_comments() -> None:
    text = sql(layout("mssql", "liquidlogic", LIQUIDLOGIC), MSSQL)
    assert "HDM.[Child_Social].[FACT_CONTACTS]" in text.replace("[HDM]", "HDM")
    assert "CASE WHEN" in text
    assert "[OUTCOME_MISSING_FLAG]" in text
    assert "COMMENTS" not in text


@pytest.mark.parametrize("dialect", [MSSQL, ORACLE], ids=["mssql", "oracle"])
def test_the_standard_data_set_is_asked_for_rows_without_a_raised_flag(dialect: Dialect) -> None:
    text = sql(layout(dialect.name, "ssd", SSD), dialect)
    assert "cont_contact_outcome_json IS NULL OR NOT" in text
    assert text.count("LIKE") == 4
    assert "cont_contact_date >=" in text
    assert "CAST" not in text


@pytest.mark.parametrize("dialect", [MSSQL, ORACLE], ids=["mssql", "oracle"])
def test_mosaic_with_a_decision_time_takes_it_of_completed_steps_only(dialect: Dialect) -> None:
    of = layout(dialect.name, "mosaic", MOSAIC, columns={"decided_at": "completed_on"})
    assert not of.observed
    assert "CASE WHEN (upper(dm_workflow_steps.step_status) =" in sql(of, dialect)


def test_a_native_store_with_real_times_keeps_its_columns_bare_for_their_indexes() -> None:
    moment, text_type = DateTime(), String(20)
    columns: dict[str, TypeEngine[Any]] = {"contact_id": text_type, "received_at": moment, "decided_at": moment}
    text = sql(layout("mssql", "native", columns), MSSQL)
    assert "contacts.decided_at IS NULL OR contacts.decided_at >= :decided_at_1" in text
    assert "coalesce(contacts.received_at" in text


def test_ids_go_in_the_type_of_their_column() -> None:
    of = layout("oracle", "liquidlogic", LIQUIDLOGIC)
    text = str(of.keyed(["17", "x", "9" * 30]).compile(dialect=ORACLE, compile_kwargs={"literal_binds": True}))
    assert text.endswith('"FACT_CONTACT_ID" IN (17)')
    assert not of.key_is_text


def test_a_local_column_or_expression_takes_the_place_of_the_presets() -> None:
    of = layout(
        "mssql", "ssd", SSD, columns={"received_at": "cont_contact_source_desc", "team": "UPPER(cont_person_id)"}
    )
    text = sql(of, MSSQL)
    assert "cont_contact_source_desc AS received_at" in text
    assert "(UPPER(cont_person_id)) AS team" in text


@pytest.mark.parametrize(
    ("preset", "columns", "settings", "message"),
    [
        ("native", {"contact_id": String(), "recieved_at": String(), "decided_at": String()}, {},
         "no column 'received_at' among .*nearest is 'recieved_at'.*store.columns.received_at"),
        ("native", {"contact_id": String(), "received_at": String()}, {}, "decisions are then observed"),
        ("native", SSD, {}, "no column 'contact_id'"),
        ("ssd", {k: v for k, v in SSD.items() if "json" not in k}, {}, "no outcome among .*cont_contact_outcome_json"),
        ("ssd", SSD, {"columns": {"recieved_at": "x"}}, "'recieved_at'; expected one of .*did you mean 'received_at'"),
        ("ssd", SSD, {"columns": {"received_at": "cont_contact_dat"}}, "nearest is 'cont_contact_date'"),
    ],
)  # fmt: skip
def test_a_column_that_is_not_there_is_named_with_its_remedy(
    preset: str, columns: dict[str, TypeEngine[Any]], settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(StoreMisconfigured, match=message):
        layout("mssql", preset, columns, **settings)
