"""How a cell is measured: one module each, with ``observe(request)``, named in the cell."""
