"""What `lifeguard demo` runs: a real Prefect server of its own with real troubles on it, looked at and then gone."""
