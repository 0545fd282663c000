"""What is published, beside the files it comes from."""
import os
import re

from . import wcs
from .truth import File


class Published:
    """One coverage with its file's fields and axes."""

    def __init__(self, subject, file, offered):
        self.subject, self.file, self.offered = subject, file, offered
        names = {wcs.xml_name(name): name for name in file.dataset.variables}
        self.fields = [file.field(name if name in file.dataset.variables else names[name])
                       for name in offered.fields]
        self.field_names = dict(zip((f.name for f in self.fields), offered.fields))

    def label(self, axis):
        """The axis label of WCS, as DescribeCoverage spells it."""
        wanted = {axis.name.lower(), (axis.dimension or "").lower(),
                  wcs.xml_name(axis.name).lower()}
        return next((label for label in self.offered.labels if label.lower() in wanted), None)

    @property
    def dataset(self):
        return wcs.dataset_id(self.subject)


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


def published(server, folder, answers=None):
    """([Published], [names of files of which nothing is published]).

    Where ids collide the file cannot be told by its id: those are left to quirks.py.
    """
    ids = wcs.coverage_ids(server, answers)
    names = files_below(folder)
    by_id = {}
    for name in names:
        by_id.setdefault(wcs.dataset_id(name), []).append(name)
    found, seen = [], set()
    for identifier in ids:
        dataset = next((d for d in sorted(by_id, key=len, reverse=True)
                        if identifier == d or identifier.startswith(d + ".")), None)
        if dataset is None:
            if re.search(r"_[0-9a-f]{6}(\.|$)", identifier):
                seen.update(by_id.get(re.sub(r"_[0-9a-f]{6}(\..*)?$", "", identifier), []))
                continue  # a hash against a collision
            raise RuntimeError(f"coverage {identifier!r} comes from no file of {folder}")
        name = by_id[dataset][0]
        seen.add(name)
        file = File(os.path.join(folder, name))
        found.append(Published(name, file, wcs.describe(server, identifier, answers)))
    return found, [name for name in names if name not in seen]
