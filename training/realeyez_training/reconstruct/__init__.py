"""Real pictures, and what a latent-diffusion autoencoder makes of them: aligned pairs."""
