"""How a judgement is shown: to programs, in a terminal, as markdown. Nothing is judged or looked up here."""
