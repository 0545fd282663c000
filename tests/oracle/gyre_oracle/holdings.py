"""What is published, beside the files it comes from."""
import functools
import os
import re

from . import wcs
from .truth import File


class Published:
    """One coverage with its file's fields and axes."""

    def __init__(self, subject, path, offered):
        self.subject, self.path, self.offered = subject, path, offered

    @functools.cached_property
    def file(self):
        """Opened where it is used: each process has its own netCDF library."""
        return File(self.path)

    @functools.cached_property
    def fields(self):
        variables = self.file.dataset.variables
        names = {wcs.xml_name(name): name for name in variables}
        known = [name if name in variables else names.get(name) for name in self.offered.fields]
        # Fields of netCDF-4 groups are not in the root that xarray opens: quirks.py has those.
        return [self.file.field(name) for name in known if name]

    @functools.cached_property
    def field_names(self):
        """As WCS spells them, by the file's names."""
        published = {wcs.xml_name(name): name for name in self.offered.fields}
        return {f.name: published[wcs.xml_name(f.name)] for f in self.fields}

    def label(self, axis):
        """The axis label of WCS, as DescribeCoverage spells it."""
        reference = str(axis.attributes.get("standard_name", "")) == "forecast_reference_time"
        if reference and axis.name in ("time", "t"):  # that would be when a forecast is valid
            return "forecast_reference_time"
        wanted = {axis.name.lower(), (axis.dimension or "").lower(),
                  wcs.xml_name(axis.name).lower()}
        return next((label for label in self.offered.labels if label.lower() in wanted), None)

    def is_collection_by_other_names(self):
        """Forecasts whose leads or times go by other names than their dimensions."""
        if not self.path.endswith(".nc"):
            return False
        names = {v.attrs.get("standard_name") for v in self.file.dataset.variables.values()}
        return "forecast_reference_time" in names and any(
            self.label(axis) is None for field in self.fields for axis in field.axes)

    @property
    def dataset(self):
        return wcs.dataset_id(self.subject)


RASTERS = (".grib", ".grib1", ".grib2", ".grb", ".grb1", ".grb2", ".tif", ".tiff")


def files_below(folder):
    """Files and Zarr stores, by their path below the folder, without hidden ones."""
    found = []
    for where, folders, files in os.walk(folder):
        for store in [f for f in folders if f.endswith(".zarr")]:
            found.append(os.path.relpath(os.path.join(where, store), folder))
        folders[:] = sorted(f for f in folders if not f.startswith(".") and not f.endswith(".zarr"))
        found += [os.path.relpath(os.path.join(where, f), folder) for f in files
                  if not f.startswith(".")]
    return sorted(found)


def is_vectors(identifier, files):
    """Is it a coverage of what is computed from components, rather than of a file's variables?"""
    return re.search(r"\.vectors(-\d+)?$", identifier) is not None and identifier not in files


def published(server, folder, answers=None, vectors=False):
    """([Published], [names of files of which nothing is published]); with `vectors`, coverages that
    are computed from components, and those alone.

    Where ids collide the file cannot be told by its id: those are left to quirks.py.
    """
    ids = wcs.coverage_ids(server, answers)
    names = files_below(folder)
    # What .ncml files join is no single file: quirks.py and aggregates.py have those.
    # GRIB and GeoTIFF are for rasters.py, whose readers know them.
    joined = {os.path.dirname(name) for name in names if name.endswith(".ncml")}
    others = {wcs.dataset_id(name) for name in names
              if name.endswith(".ncml") or name.lower().endswith(RASTERS)}
    names = [name for name in names
             if os.path.dirname(name) not in joined and not name.lower().endswith(RASTERS)]
    ids = [i for i in ids if not any(i == a or i.startswith(a + ".") for a in others)]
    by_id = {}
    for name in names:
        by_id.setdefault(wcs.dataset_id(name), []).append(name)
    found, seen = [], set()
    for identifier in ids:
        if any(identifier.endswith(view) and identifier.removesuffix(view) in ids
               for view in (".best", ".lonlat")):
            continue  # of another coverage: forecasts.py and analytic.py have those
        if is_vectors(identifier, by_id) != vectors:
            continue
        dataset = next((d for d in sorted(by_id, key=len, reverse=True)
                        if identifier == d or identifier.startswith(d + ".")), None)
        if dataset is None:
            if re.search(r"_[0-9a-f]{6}(\.|$)", identifier):
                seen.update(by_id.get(re.sub(r"_[0-9a-f]{6}(\..*)?$", "", identifier), []))
                continue  # a hash against a collision
            raise RuntimeError(f"coverage {identifier!r} comes from no file of {folder}")
        name = by_id[dataset][0]
        seen.add(name)
        one = Published(name, os.path.join(folder, name), wcs.describe(server, identifier, answers))
        if not one.is_collection_by_other_names():
            found.append(one)  # forecasts.py has the others
    return found, [name for name in names if name not in seen]
