"""From scores to a page that people look at."""
