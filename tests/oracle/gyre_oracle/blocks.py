"""What a picture shows where a pixel has many cells: blocks of them, as the README of services/wms says."""
import numpy as np

STRIDE = 8
FACTORS = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)


def _factor(distances):
    """The least of FACTORS that is not less, but for an eighth, than the cells from one pixel to the next; 1 below
    1.375."""
    if not distances.size:
        return 1
    median = int(np.sort(distances)[distances.size // 2])
    if median < STRIDE * 1.375:
        return 1
    return next((f for f in FACTORS if median <= f * STRIDE + f * STRIDE // 8), FACTORS[-1])


def factors(rows, columns):
    """(y, x) of the blocks for a picture whose pixels lie in these cells; -1: in none."""
    found = []
    inside = (rows >= 0) & (columns >= 0)
    for cells in (rows, columns):
        along = [_factor(np.abs(cells[a] - cells[b])[inside[a] & inside[b]]) for a, b in (
            (np.s_[:, STRIDE:], np.s_[:, :-STRIDE]), (np.s_[STRIDE:, :], np.s_[:-STRIDE, :]))]
        found.append(max(along))
    return tuple(found)


def is_direction(field):
    """Between 359 and 1 degrees lies 0, not 180."""
    name = str(field.attributes.get("standard_name") or field.name)
    return str(field.attributes.get("units", "")).startswith("degree") and (
        "_direction" in name or name.startswith("direction_of_"))


def shown(field, raw, missing, rows, columns):
    """Values and missing, cell by cell, as a picture shows them whose pixels lie in these cells.

    Of numbers the mean of the block's stored values, as stored, halves away from zero."""
    by = (1, 1) if is_direction(field) else factors(rows, columns)
    if by == (1, 1):
        return field.packing.unpack(raw), missing
    counts = [-(-n // f) for n, f in zip(raw.shape, by)]
    pad = [(0, c * f - n) for c, f, n in zip(counts, by, raw.shape)]
    data = np.pad(np.where(missing, 0, raw).astype("f8"), pad)
    there = np.pad(~missing, pad)
    summed, many = (a.reshape(counts[0], by[0], counts[1], by[1]).sum(axis=(1, 3))
                    for a in (data, there))
    mean = summed / np.maximum(many, 1)
    if np.issubdtype(raw.dtype, np.integer):
        mean = np.sign(mean) * np.floor(np.abs(mean) + 0.5)
    spread = tuple(np.repeat(np.repeat(a, by[0], axis=0), by[1], axis=1)[:raw.shape[0], :raw.shape[1]]
                   for a in (mean.astype(raw.dtype), many == 0))
    return field.packing.unpack(spread[0]), spread[1]
