"""How a similar claim is found again: encoder, lexical and vector index, fusion, calibration, evaluation."""
