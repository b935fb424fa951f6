"""How a verdict reaches official social accounts: channels, publications, wording, engagement."""
