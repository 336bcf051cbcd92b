"""python -m realeyez"""

from realeyez.cli import app

app(prog_name="realeyez")
