"""Made-up hubs: contacts that behave like a published quarter, so that everything else can be seen at work.

Nobody in here exists. What comes out are rows of the native format, and they take the same way in as a
council's own export.
"""
