"""What runs and shows demos: each in a process of its own."""
