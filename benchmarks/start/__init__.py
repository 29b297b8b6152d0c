"""How long a patrol takes to start, beside an empty flow of Prefect."""
