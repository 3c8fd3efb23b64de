"""Tables: told in every kind of file, given one header and units, and said in exact statements."""
