"""Views for a terminal: readable at 80 columns and at 200, with colour and without.

One module a view, each with one function of the same name that gives something a rich console can print. A command
imports its own view only.
"""
