"""The charts, one file each: inline SVG, made without a chart library."""
