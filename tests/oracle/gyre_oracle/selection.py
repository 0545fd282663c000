"""Random trims and slices of one axis, and by DESIGN 4's rules the samples they must give."""
import dataclasses
import datetime

import numpy as np

from .truth import iso


@dataclasses.dataclass
class Selection:
    """What one SUBSET asks for and what must come back."""
    axis: object
    indices: np.ndarray          # into the file's axis, in any order
    coordinates: np.ndarray      # of the answer, for each index (longitudes: in the request's turn)
    text: str = ""               # "(low,high)" or "(at)"; empty: no subset
    dropped: bool = False

    def subset(self, label):
        return f"{label}{self.text}" if self.text else None


def whole(axis):
    return Selection(axis, np.arange(axis.size), axis.centres)


def write_number(axis, value, random):
    """A position as a client would write it, and the value it then stands for."""
    if axis.is_float:
        # Float coordinates are met by their shortest decimal form and by their exact value.
        value = np.float32(value)
        text = str(value) if random.random() < 0.5 else repr(float(value))
        return text, float(np.float32(float(text)))
    return repr(float(value)), float(value)


def positions(axis, random):
    """Positions worth asking for: centres, cell edges, and anywhere between."""
    footprints = axis.footprints()
    low, high = footprints.min(), footprints.max()
    kind = random.integers(3)
    if kind == 0:
        return float(random.choice(axis.centres))
    if kind == 1:
        return float(random.choice(footprints.ravel()))
    return float(random.uniform(low, high))


def inside(axis, low, high):
    """Indices and coordinates of the centres within the closed interval; longitudes modulo 360."""
    if axis.role != "lon":
        found = np.flatnonzero((axis.centres >= low) & (axis.centres <= high))
        return found, axis.centres[found]
    own = np.flatnonzero((axis.centres >= low) & (axis.centres <= high))
    indices, coordinates = [own], [axis.centres[own]]
    for turn in (-360, 360, -720, 720):
        moved = axis.centres + turn
        # A meridian that the file has twice is given where it stands in the nearest turn.
        twice = np.isin(moved.round(6), np.concatenate(coordinates).round(6))
        found = np.flatnonzero((moved >= low) & (moved <= high) & ~twice)
        indices.append(found)
        coordinates.append(moved[found])
    return np.concatenate(indices), np.concatenate(coordinates)


def cell_holding(axis, position):
    """(index, coordinate) of the cell whose footprint holds it beyond dispute, else None."""
    for turn in (0, 360, -360, 720, -720) if axis.role == "lon" else (0,):
        footprints = axis.footprints() + turn
        slack = 1e-6 * max(1.0, np.abs(footprints).max())
        found = np.flatnonzero((footprints[:, 0] + slack < position)
                               & (position < footprints[:, 1] - slack))
        if found.size == 1:
            return int(found[0]), axis.centres[found[0]] + turn
        exact = np.flatnonzero(axis.centres + turn == position)
        if exact.size == 1:
            return int(exact[0]), position
    return None


def random_trim(axis, random, least=1):
    """None when this axis offers no question with one right answer."""
    if axis.texts is not None or axis.dated:
        return random_time_trim(axis, random, least) if axis.dated else None
    for _ in range(20):
        one, other = positions(axis, random), positions(axis, random)
        low_text, low = write_number(axis, min(one, other), random)
        high_text, high = write_number(axis, max(one, other), random)
        if low > high or (axis.role == "lon" and high - low > 359):
            continue
        indices, coordinates = inside(axis, low, high)
        if indices.size == 0:
            if axis.role not in ("lon", "lat", "x", "y", "vertical"):
                continue
            held = cell_holding(axis, (low + high) / 2)
            if held is None or low == high:
                continue
            indices, coordinates = np.array([held[0]]), np.array([held[1]])
        if len(set(indices)) != len(indices) or len(set(coordinates)) != len(indices):
            continue
        if indices.size < least:
            continue
        return Selection(axis, indices, coordinates, f"({low_text},{high_text})")
    return None


def random_slice(axis, random):
    if axis.texts is not None:
        at = int(random.integers(axis.size))
        if axis.texts.count(axis.texts[at]) > 1:
            return None
        return Selection(axis, np.array([at]), axis.centres[[at]], f'("{axis.texts[at]}")', True)
    if axis.dated:
        at = int(random.integers(axis.size))
        if axis.dates.count(axis.dates[at]) > 1 or axis.dates[at].year < 1:
            return None
        quote = '"' if random.random() < 0.7 else ""
        return Selection(axis, np.array([at]), axis.centres[[at]],
                         f"({quote}{iso(axis.dates[at])}{quote})", True)
    for _ in range(20):
        position = positions(axis, random)
        if axis.role == "member":
            position = float(random.choice(axis.centres))
        text, value = write_number(axis, position, random)
        held = cell_holding(axis, value)
        if held is None or (axis.role == "other" and value not in axis.centres):
            continue
        return Selection(axis, np.array([held[0]]), np.array([held[1]]), f"({text})", True)
    return None


def random_seam(axis, random):
    """A longitude trim across the axis' own seam, or in another turn than the file's."""
    if axis.role != "lon":
        return None
    first, last = axis.centres.min(), axis.centres.max()
    step = (last - first) / max(1, axis.size - 1) or 1.0
    for _ in range(20):
        kind = random.integers(3)
        if kind == 0 and last - first + 1.5 * step >= 360:  # round the globe
            middle = first + float(random.integers(-1, 2)) * 360 - step / 2
        elif kind == 1:
            middle = float(random.choice([-180.0, 0.0, 180.0]))
        else:
            middle = float(random.choice(axis.centres)) + float(random.choice([-360.0, 360.0]))
        low = middle - random.uniform(0, 6) * step
        high = middle + random.uniform(0, 6) * step
        if high - low > 359:
            continue
        indices, coordinates = inside(axis, low, high)
        if indices.size == 0 or len(set(indices)) != len(indices) or \
                len(set(coordinates)) != len(indices):
            continue
        return Selection(axis, indices, coordinates, f"({low!r},{high!r})")
    return None


def random_time_trim(axis, random, least=1):
    dates = axis.dates
    if min(date.year for date in dates) < 1:
        return None
    for _ in range(20):
        ends = []
        for _ in range(2):
            date = dates[int(random.integers(len(dates)))]
            if random.random() < 0.5:  # between the steps
                date = date + datetime.timedelta(hours=float(random.uniform(-36, 36)))
                date = date.replace(microsecond=0) if not date.microsecond % 1000 else date
            ends.append(date.replace(microsecond=date.microsecond // 1000 * 1000))
        low, high = min(ends), max(ends)
        found = np.array([i for i, date in enumerate(dates) if low <= date <= high], int)
        if found.size < least or low.year < 1:
            continue  # with no step inside, bounds decide: quirks.py asks for that
        return Selection(axis, found, axis.centres[found], f'("{iso(low)}","{iso(high)}")')
    return None
