"""The tables' history, by Alembic. A new step, from the repository's root:

alembic revision --autogenerate --rev-id 0002 -m "what it adds"
"""
