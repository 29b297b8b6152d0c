"""What in Prefect's settings is risky for the estate that was seen: pure rules, one finding for each setting."""
