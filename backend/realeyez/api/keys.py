"""What handlers find in the application and in a request."""

import asyncio

from aiohttp import web

from realeyez.api.auth import Authenticator
from realeyez.api.limits import InFlight, Uploads
from realeyez.api.rates import Rates
from realeyez.api.source import Source
from realeyez.db.store import Store
from realeyez.metrics import Metrics
from realeyez.pipeline.switch import Switch
from realeyez.pipeline.types import Priority
from realeyez.settings import Settings

SETTINGS = web.AppKey("settings", Settings)
SWITCH = web.AppKey("switch", Switch)
METRICS = web.AppKey("metrics", Metrics)
IN_FLIGHT = web.AppKey("in_flight", InFlight)
UPLOADS = web.AppKey("uploads", Uploads)
STORE = web.AppKey("store", Store)
AUTHENTICATOR = web.AppKey("authenticator", Authenticator)
RATES = web.AppKey("rates", Rates)
SOURCE = web.AppKey("source", Source)
DRAINING = web.AppKey("draining", asyncio.Event)
"""Set once the service is about to stop."""

KEY_ID = web.RequestKey("key_id", str)
"""Whose request it is; absent where no key was given, and none was needed."""

PRIORITY = web.RequestKey[Priority]("priority")
"""Of a request for verdicts, once it is known."""
