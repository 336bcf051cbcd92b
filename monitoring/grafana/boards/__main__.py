"""Write every board's JSON."""

from pathlib import Path

from monitoring.grafana.boards import BOARDS, as_json

FOLDER = Path(__file__).parents[1] / "dashboards"

for name, board in BOARDS.items():
    (FOLDER / f"{name}.json").write_text(as_json(board))
