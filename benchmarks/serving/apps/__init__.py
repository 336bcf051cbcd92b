"""What the service is compared with, each in its own way around the same recipe."""
