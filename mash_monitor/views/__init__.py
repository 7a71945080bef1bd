"""The same figures in several clothes: terminal, JSON documents, HTML, plain text, spreadsheets.

Nothing is computed here that a measure should compute; a view only chooses, orders and words.
"""
