"""Letters by e-mail: sealed in the transaction that wants them, handed over once, and forgotten when that is done."""
