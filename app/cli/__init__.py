"""Commands of the command line, one module per noun; `flask --help` lists them."""
