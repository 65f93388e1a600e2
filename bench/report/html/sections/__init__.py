"""The data of the report's sections; the templates only lay it out."""
