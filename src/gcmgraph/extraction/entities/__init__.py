"""Names in text: organisations, places, nationalities."""
