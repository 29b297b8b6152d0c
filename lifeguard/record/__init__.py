"""What Lifeguard remembers: tables, the ledger of incidents, migrations. The only place that speaks to a database."""
