"""The command line, a module a noun; each offers `make_commands(saring) -> click.Group`."""
