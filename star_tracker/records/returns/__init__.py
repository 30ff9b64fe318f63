"""What becomes of a quarter's return: it is made with its rows, signed off, and handed over; or that is withdrawn."""
