"""`python -m generator import`: new documents of the vendor's taken into the spec."""
