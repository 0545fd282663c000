"""Mixed load on one server: what is asked, by whom, and what the processes hold meanwhile."""
