"""What tests stand on: databases, browsers, page clients."""
