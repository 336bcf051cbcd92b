"""What a machine's clock does is nobody's deadline, rate or key."""

import time

import pytest
from tests.backend.api.conftest import Serve
from tests.pictures import encode, scene

PICTURE = encode(scene())


async def test_a_clock_that_jumps_changes_nothing(
    serve: Serve, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await serve(rate_per_minute=1, rate_burst=3)
    clock = time.time

    async def status() -> int:
        response = await client.post(
            "/v1/check", data=PICTURE, headers={"Authorization": f"Bearer {token}"}
        )
        return response.status

    statuses = [await status()]
    for jump in (86_400.0, -86_400.0):
        monkeypatch.setattr(time, "time", lambda jump=jump: clock() + jump)
        statuses.append(await status())
    assert statuses == [200, 200, 200]
    monkeypatch.setattr(time, "time", lambda: clock() + 86_400)
    assert await status() == 429  # a day's worth of requests has not come with it
