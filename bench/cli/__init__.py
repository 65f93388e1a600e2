"""The command line: a module for each command, which builds ``Options``, calls and prints.

Imported by ``__main__`` alone; ``app`` loads a command's module when it is used.
"""
