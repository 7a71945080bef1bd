"""Teams, Slack, webhooks and the long tail, by Apprise.

Its limits: Apprise answers yes or no, and a no may be anything from a refused connection to an answer lost after
the message was shown. So a no is UNKNOWN, as a timeout is; what came of it cannot be asked afterwards, and nobody
can reply. Use it beside a channel that can say more, not instead of one.
"""

from importlib.util import find_spec

from mash_monitor.channels.attempt import Attempt
from mash_monitor.channels.base import Envelope, Outcome, Result
from mash_monitor.channels.quiet import silence


class AppriseChannel:
    """Sends to addresses that are Apprise URLs, which hold secrets. `timeout` bounds one attempt, in seconds.

    Raises ValueError where Apprise is not installed.
    """

    def __init__(self, *, name: str = "apprise", timeout: float = 10) -> None:
        if find_spec("apprise") is None:
            raise ValueError(
                "channels.apprise: found no package apprise, which this channel sends by; "
                'install it with pip install "mash-monitor[apprise]"'
            )
        if timeout <= 0:
            raise ValueError("channels.apprise.timeout: expected more than 0 seconds")
        self.name = name
        self._timeout = timeout

    def send(self, envelope: Envelope) -> Outcome:
        """Hand the message over once, within the timeout.

        ACCEPTED: Apprise says yes. REJECTED: the address is no Apprise URL. REFUSED: Apprise itself was not
        ready in time, nothing was handed over. All else is UNKNOWN. A call that is given up ends by the time
        limits in its URL (rto, cto), or with this process.
        """
        attempt = Attempt()
        try:
            return attempt.run(self._timeout, lambda: self._hand_over(envelope, attempt))
        except Exception as error:  # whatever it is, the stage that was reached decides
            return attempt.failed(error)

    @staticmethod
    def _hand_over(envelope: Envelope, attempt: Attempt) -> Outcome:
        from apprise import Apprise, NotifyFormat  # takes a second to import

        silence("apprise", "urllib3.connectionpool")
        service = Apprise.instantiate(envelope.address)
        if service is None:
            return Outcome(Result.REJECTED, code="not-an-address")
        long = envelope.text or envelope.body
        body = long if len(long) <= service.body_maxlen else envelope.body
        attempt.leaving()
        # The service itself and not a list of them: those are sent to by threads that outlive the process's end.
        yes = service.notify(title=envelope.subject, body=body, body_format=NotifyFormat.TEXT)
        return Outcome(Result.ACCEPTED) if yes else Outcome(Result.UNKNOWN, code="apprise-no")
