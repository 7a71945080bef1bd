"""Views for a terminal: readable at 80 columns and at 200, with colour and without.

One module a view, each with one function that gives something a rich console can print.
"""
