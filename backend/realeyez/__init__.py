"""RealEyez: is this picture real, or was it made by AI?"""

__version__ = "0.1.0"
