"""Draw the first-run page's example picture: python extension/scripts/example.py

From the folder above, with the project's environment. The picture is drawn by the tests' own
generator: nobody's face, and nothing from elsewhere.
"""

from pathlib import Path

from tests.pictures import encode, scene

OUT = Path(__file__).parents[1] / "src/welcome/example.jpg"

if __name__ == "__main__":
    OUT.write_bytes(encode(scene(480, 320, seed=6), quality=60))
