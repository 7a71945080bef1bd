"""Who can be reached how."""

from mash_monitor.service.hub import Directory


def test_channels_keep_their_order_and_leave_out_those_that_do_not_reach_a_person() -> None:
    known = {("duty", "sms"): "+447700900123", ("duty", "email"): "duty@example.org"}
    directory = Directory(lambda alias, channel: known.get((alias, channel)))
    assert directory.channels("duty", ("email", "console", "sms")) == ("email", "sms")
    assert directory.channels("nobody", ("email", "sms")) == ()
