"""Views for a terminal: readable at 80 columns and at 200, with colour and without.

One module a view, each with one function of the same name that gives something a rich console can print.
"""

from mash_monitor.views.terminal.contacts import contacts
from mash_monitor.views.terminal.explain import explain
from mash_monitor.views.terminal.findings import findings
from mash_monitor.views.terminal.outbox import outbox
from mash_monitor.views.terminal.report import report
from mash_monitor.views.terminal.scorecard import scorecard
from mash_monitor.views.terminal.summary import summary

__all__ = ["contacts", "explain", "findings", "outbox", "report", "scorecard", "summary"]
