"""Random boxes of what a test wrote itself, asked of WCS as NetCDF: every value with the bits it has."""
import netCDF4
import numpy as np

from . import wcs


def same(found, wanted):
    """The same bits, whatever the order of bytes."""
    native = [np.ascontiguousarray(v, v.dtype.newbyteorder("=")) for v in (found, wanted)]
    return native[0].shape == native[1].shape and native[0].tobytes() == native[1].tobytes()


def as_served(content):
    """NetCDF has neither halves nor booleans."""
    if content.dtype.kind == "f" and content.dtype.itemsize == 2:
        return content.astype("f4")
    return content.astype("u1") if content.dtype.kind == "b" else content


def some_box(axes, random):
    """(subsets, slices); `axes`: {label: (values, units)}, `time` counts days since 2000-01-01."""
    subsets, slices = [], []
    for label, (content, _) in axes.items():
        low, high = sorted(random.integers(content.size, size=2))
        slices.append(slice(low, high + 1))
        at = [f'"2000-01-0{1 + k}T00:00:00Z"' if label == "time" else repr(float(content[k]))
              for k in (low, high)]
        subsets.append(f"{label}({at[0]},{at[1]})")
    return subsets, tuple(slices)


def ask(server, report, written, axes, field, random, count):
    """`written`: its coverage's name, and its fields as another reader has them."""
    for _ in range(count):
        subsets, slices = some_box(axes, random)
        answer = wcs.get_coverage(server, written.name, subsets, [field])
        problem = None
        if answer.status_code != 200:
            problem = f"status {answer.status_code}: {wcs.exception_of(answer)}"
        else:
            with netCDF4.Dataset("answer", memory=answer.content) as file:
                file.set_auto_maskandscale(False)
                found = np.asarray(file[field.replace("/", "_")][...])
            wanted = as_served(written.fields[field][slices])
            if found.dtype.newbyteorder("=") != wanted.dtype.newbyteorder("="):
                problem = f"type {found.dtype}, expected {wanted.dtype}"
            elif not same(found.reshape(wanted.shape), wanted):
                problem = f"other values: {found.ravel()[:4]}, expected {wanted.ravel()[:4]}"
        report.count(written.name, "values", problem, answer.url)
