"""What Lifeguard knows as metrics: one catalogue, and the ways out of it (Prometheus, a textfile, OTLP)."""
