"""The web room: health and metrics, what Twilio tells by itself, and the board. Off unless [web] is configured.

It lives in the service's own process, in a thread beside the ticks, and starlette, uvicorn and prometheus-client
come with the extra `web`. It holds no figure of its own: it shows what `service` and `views` say.
"""
