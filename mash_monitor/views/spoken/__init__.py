"""Views as sentences, for a screen reader or a braille line: one thing a line, no drawing, no colour.

They are for our own screens, like those of the terminal. Each function gives lines, none of them wrapped.
"""
