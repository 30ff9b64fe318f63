"""Pure functions: no database, no request, no clock."""
