"""The rules of the watch, pure: no I/O, no third-party import, and `now` is always an argument.

Instants are whole seconds since the epoch (UTC) throughout; the hub's local time appears only where a
calendar is expanded or a time is put into words. Whole seconds make a pass over a million contacts cheap
and a deadline exact.
"""
