"""How an outside message becomes clean text: folding, redaction, links, the only guarded GET, images, OCR."""
