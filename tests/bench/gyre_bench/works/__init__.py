"""The works, in the order they are run: key, and what runs it."""
from . import clients, documents, growth, levels, loops, maps, memory, series, starts, values, windows

WORKS = {"W1": maps.tiles, "zooms": maps.zooms, "W2": maps.globes, "W3": windows.run, "W4": levels.run,
         "W5": series.run, "W6": documents.run, "W7": values.run, "start": starts.run,
         "clients": clients.run, "memory": memory.run, "growth": growth.run, "loops": loops.run}
