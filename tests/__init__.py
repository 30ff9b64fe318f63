"""Tests: `unit` (pure functions), `integration` (both databases, pages, files), `browser` (a real one, with axe)."""
