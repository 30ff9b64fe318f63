"""The quarterly return: prepared, seen, signed off and handed to the council."""
