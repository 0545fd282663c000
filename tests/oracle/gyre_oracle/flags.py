"""Quality flags among the ancillary variables of a field (CF 3.4, 3.5), by their own rules."""
import re

import numpy as np


class Flags:
    """One flag variable of a field."""

    def __init__(self, file, field, name):
        self.field, self.name = file.field(name), name
        a = self.field.attributes
        self.meanings = str(a["flag_meanings"]).split()
        read = {}
        for key in ("flag_values", "flag_masks"):
            numbers = np.atleast_1d(a[key]) if key in a else None
            if isinstance(a.get(key), str):
                numbers = np.array([int(re.sub(r"\D*$", "", w)) for w in a[key].split(",")])
            if numbers is not None and numbers.dtype.kind == "i" and self.field.raw.dtype.kind == "u":
                numbers = numbers.astype(self.field.raw.dtype)
            read[key] = numbers
        self.values, self.masks = read["flag_values"], read["flag_masks"]
        self.dimensions = field.dimensions

    def kept(self, meanings):
        """True where a flag has one of the meanings, in the field's dimensions."""
        raw = self.field.raw.astype("i8")
        kept = np.zeros(raw.shape, bool)
        for i, meaning in enumerate(self.meanings):
            if meaning not in meanings:
                continue
            bits = raw & int(self.masks[i]) if self.masks is not None else raw
            kept |= bits == int(self.values[i]) if self.values is not None else bits != 0
        kept &= ~self.field.missing
        own = self.field.dimensions
        kept = kept.transpose([own.index(d) for d in self.dimensions if d in own])
        shape = iter(kept.shape)
        return kept.reshape([next(shape) if d in own else 1 for d in self.dimensions])

    def of_sample(self, index):
        place = tuple(index[d] for d in self.field.dimensions)
        if self.field.missing[place]:
            return None
        raw = int(self.field.raw[place])
        found = []
        for i, meaning in enumerate(self.meanings):
            bits = raw & int(self.masks[i]) if self.masks is not None else raw
            if bits == int(self.values[i]) if self.values is not None else bits != 0:
                found.append(meaning)
        return ", ".join(found) or str(raw)


def flags_of(file, field):
    found = []
    for name in str(field.attributes.get("ancillary_variables", "")).split():
        variable = file.dataset.variables.get(name)
        if variable is None or "flag_meanings" not in variable.attrs or not (
                set(variable.dims) <= set(field.dimensions)):
            continue
        count = len(str(variable.attrs["flag_meanings"]).split())
        told = [np.size(variable.attrs[k]) for k in ("flag_values", "flag_masks")
                if k in variable.attrs and not isinstance(variable.attrs[k], str)]
        if told and all(n == count for n in told):
            found.append(Flags(file, field, name))
    return found
