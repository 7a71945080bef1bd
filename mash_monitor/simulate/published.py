"""The figures that the made-up hub is measured by.

Source: Herefordshire Council, report to the children and young people scrutiny committee of 2 June 2020,
paragraph 11 and its table: quarter 4 of 2019/20, January to March 2020. Only the police figures are printed
by month; each month's total follows from the police share printed beside them, and the three add up.
"""

from typing import NamedTuple

CONTACTS = 2017
DAYS = 91
POLICE_CONTACTS = 1098

CONVERTED = 331
"""Printed as 16.39% of 2,017, which no whole number gives: 330 are 16.36%, 331 are 16.41%."""

WITHIN_24_HOURS = 887
"""Printed as 44% of all contacts, which is 887.48; 887 is the nearest whole number (43.98%)."""

WITHIN_ONE_WORKING_DAY = 1775
"""Printed as 88% by "a one day timescale", for the year to date; of this quarter's contacts it is 1,775."""


class Month(NamedTuple):
    """One month: all contacts, those from the police, and how many of the police's became referrals."""

    year: int
    month: int
    contacts: int
    police_contacts: int
    police_converted: int


MONTHS = (
    Month(2020, 1, contacts=666, police_contacts=356, police_converted=32),
    Month(2020, 2, contacts=624, police_contacts=324, police_converted=25),
    Month(2020, 3, contacts=727, police_contacts=418, police_converted=29),
)

POLICE_CONVERTED = sum(month.police_converted for month in MONTHS)
"""86 of 1,098, or 7.83%: the months are followed, not the 5.90% that is printed for the quarter."""
