"""How a person is told: events about incidents, and the automations on the server that make pages of them."""
