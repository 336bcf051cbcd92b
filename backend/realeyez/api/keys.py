"""What handlers find in the application."""

from aiohttp import web

from realeyez.api.limits import InFlight
from realeyez.metrics import Metrics
from realeyez.pipeline.switch import Switch
from realeyez.settings import Settings

SETTINGS = web.AppKey("settings", Settings)
SWITCH = web.AppKey("switch", Switch)
METRICS = web.AppKey("metrics", Metrics)
IN_FLIGHT = web.AppKey("in_flight", InFlight)
