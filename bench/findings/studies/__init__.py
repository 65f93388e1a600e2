"""The studies: one file each, named as the study is. A new file is found by itself."""
