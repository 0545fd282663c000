"""Gyre, its peers and the machine's limit, measured side by side. See tests/bench/README.md."""
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
sys.path.insert(0, os.path.join(ROOT, "tests", "oracle"))  # gyre_oracle: free_port, ...
sys.path.insert(0, os.path.join(ROOT, "tests", "data"))    # forecast: the continents
sys.path.insert(0, os.path.join(ROOT, "tests", "stress"))  # many_files: series of tiny files
