"""How a claim is judged: rules that are pure, models, services that are verbs."""
