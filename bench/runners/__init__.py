"""The concurrency models: one file each, named as the model is. A new file is found by itself."""
