"""Reading what was judged: `desk` for those who judge, `public` for everybody. Frozen values out, no writes."""
