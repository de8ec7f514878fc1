"""The HTTP toolkit: routes that state who may use them, forms, pages, lists, errors. Knows no feature."""
