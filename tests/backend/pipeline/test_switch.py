import asyncio
import gc
import weakref
from functools import partial

import pytest
from tests.pictures import encode, scene

from realeyez.models import Model, ModelError
from realeyez.pipeline.engine import Engine, EngineConfig
from realeyez.pipeline.switch import Switch

PICTURES = [encode(scene(seed=seed)) for seed in range(12)]
OPENER = partial(Engine.running, config=EngineConfig(model_threads=1, decode_threads=1))


def another(model: Model, **changes: object) -> Model:
    return Model(model.manifest.model_copy(update=changes), model.onnx)


async def test_no_check_fails_while_the_model_is_replaced(model: Model) -> None:
    async with Switch.running(OPENER, model) as switch:
        ask = partial(switch.check, explain=False, priority="interactive", seconds=60)
        before = [asyncio.create_task(ask(data)) for data in PICTURES]
        await asyncio.sleep(0)
        replacing = asyncio.create_task(switch.replace(another(model, version="9.9.9")))
        verdicts = await asyncio.gather(*before)
        await replacing
        assert len({verdict.image.sha256 for verdict in verdicts}) == len(PICTURES)
        assert switch.manifest.version == "9.9.9"
        after = await ask(PICTURES[0])
        assert after.model.version == "9.9.9"
        assert not after.cached  # the old model's verdict is not the new one's


async def test_a_model_that_cannot_be_used_changes_nothing(model: Model) -> None:
    async with Switch.running(OPENER, model) as switch:
        with pytest.raises(ModelError):
            await switch.replace(another(model, map_output="no such output"))
        verdict = await switch.check(PICTURES[0], explain=False, priority="feed", seconds=60)
        assert verdict.model.version == model.manifest.version


async def test_an_ended_switch_holds_no_model(model: Model) -> None:
    """aiohttp remembers applications after their end, and what they hold."""
    async with Switch.running(OPENER, model) as switch:
        with switch._post.used() as engine:
            held = weakref.ref(engine)
        del engine
    gc.collect()
    assert held() is None
