"""Gives addresses that schemathesis makes up the names of what is there, so that it gets past "not found".

`KANZLEI_NAMES` is JSON: to each parameter of a path the values that are there for who signs in.
"""

import json
import os

import schemathesis

NAMES = json.loads(os.environ.get("KANZLEI_NAMES", "{}"))


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Of four addresses three name what is there; which, is drawn from what was made up."""
    if not isinstance(path_parameters, dict):
        return path_parameters
    for name, there in NAMES.items():
        if name in path_parameters and there:
            drawn = sum(str(path_parameters[name]).encode())
            if drawn % 4:
                path_parameters[name] = there[drawn % len(there)]
    return path_parameters
