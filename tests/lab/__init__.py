"""The lab: its kit, and the judge of what is handed in."""
