"""What is kept: API keys, checks (a hash and a verdict, never a picture) and feedback.

async with Store.running(settings.database) as store:
    store.record(verdict, "interactive")
"""
