"""Views as sentences: one thing a line, no drawing, no colour.

As lines that nobody wraps they are for a screen reader or a braille line, on our own screens. A report is made of the
same sentences (`views/text.py`), of a position as it may leave.
"""
