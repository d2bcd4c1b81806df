"""The archive in other people's formats: what is chosen, the rights notice, files that appear whole or not at all.

One module for each format. Nothing here reads the network or changes the archive.
"""
