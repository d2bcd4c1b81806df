"""Records as text for a terminal. Everything scraped goes through `safe`, so nothing in it can move the cursor."""
