"""What the connection doctor tries on the way to a host, one thing at a time; what it means is said in `app.doctor`."""
