"""What every room stands on: the database, the outbox, the errors and the clock."""
