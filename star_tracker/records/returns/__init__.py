"""What becomes of a quarter's return: it is signed off, or a sign-off is withdrawn."""
