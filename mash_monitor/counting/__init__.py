"""Contacts of a period counted for a scorecard, whole columns of them at once.

Here, and nowhere else, stand numpy's arrays: England's quarter is 600,000 contacts, and the years before it for
repeats are some millions of rows.
"""
