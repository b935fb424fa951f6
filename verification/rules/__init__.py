"""Pure rules: no database, no clock, no input or output; every border is a named constant."""
