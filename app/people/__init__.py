"""Human beings, each once, whatever their roles, and the dated posts they hold in organisations."""
