"""Training and evaluation of the RealEyez model."""
