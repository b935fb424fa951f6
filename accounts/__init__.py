"""Who people are and what they may do: people, organisations, roles, sessions, second factors."""
