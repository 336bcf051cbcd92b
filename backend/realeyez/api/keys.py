"""What handlers find in the application."""

from concurrent.futures import ThreadPoolExecutor

from aiohttp import web

from realeyez.api.limits import InFlight
from realeyez.metrics import Metrics
from realeyez.models import Manifest
from realeyez.pipeline.batcher import Batcher
from realeyez.settings import Settings

SETTINGS = web.AppKey("settings", Settings)
MANIFEST = web.AppKey("manifest", Manifest)
DECODERS = web.AppKey("decoders", ThreadPoolExecutor)
BATCHER = web.AppKey("batcher", Batcher)
METRICS = web.AppKey("metrics", Metrics)
IN_FLIGHT = web.AppKey("in_flight", InFlight)
