"""What each page shows, asked of the lake: SQL with parameters in, frozen view models out."""
