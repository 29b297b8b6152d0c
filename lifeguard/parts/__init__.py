"""A look in parts: splitting a picture by pools, and putting together what the parts saw. Pure; nobody is asked here."""
