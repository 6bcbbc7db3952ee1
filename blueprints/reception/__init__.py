"""The reception desk: who waits, and the petition register's form."""
