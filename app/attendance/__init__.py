"""The register of each session: who was present, late, excused or absent, and whether it is complete."""
