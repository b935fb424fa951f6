"""What templates are given: frozen values in the reader's words, so that no query runs while a page is drawn."""
