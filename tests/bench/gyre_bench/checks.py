"""Is an answer right? A few questions of each work are checked for each side, so that nothing wrong counts
as fast."""
import io
import tempfile

import netCDF4
import numpy as np
from PIL import Image


class Wrong(Exception):
    pass


def _must(good, what):
    if not good:
        raise Wrong(what)


def served(answer):
    """Whatever was asked for: it is no exception."""
    _must(answer.status_code == 200 and b"ExceptionReport" not in answer.content[:400],
          f"{answer.status_code} {answer.content[:300]!r}")


def picture(answer, width, height, known=()):
    """`known`: (row, column, is there a value) of some pixels. Colours are each server's own: a value is
    what is not transparent."""
    _must(answer.headers["Content-Type"].startswith("image/png"),
          f"{answer.headers['Content-Type']}: {answer.content[:200]!r}")
    image = Image.open(io.BytesIO(answer.content))
    _must(image.size == (width, height), f"the picture is {image.size}")
    pixels = np.asarray(image.convert("RGBA"))
    shown = (pixels[..., 3] > 0) & (pixels[..., :3] < 255).any(axis=-1)
    _must(bool(shown.any()), "the picture is empty")
    known = list(known)
    differ = [pixel for pixel in known if (pixels[pixel[:2]][3] > 127) != pixel[2]]
    _must(not differ, f"{len(differ)} of {len(known)} pixels are not transparent where nothing is stored, "
                      f"or are where a value is: {differ[:3]}")


def samples_of(answer):
    """The packed (or physical) samples of one field in a GeoTIFF or NetCDF, southernmost row first."""
    body = answer.content
    if body[:2] in (b"II", b"MM"):
        import rasterio
        with rasterio.MemoryFile(body) as memory, memory.open() as file:
            return file.read()[:, ::-1]
    with tempfile.NamedTemporaryFile(suffix=".nc") as file:
        file.write(body)
        file.flush()
        with netCDF4.Dataset(file.name) as nc:
            nc.set_auto_maskandscale(False)
            field = max((v for v in nc.variables.values() if v.ndim >= 2), key=lambda v: v.size)
            values = field[:].reshape(-1, *field.shape[-2:])
            names = [n for n in nc.variables if n.lower() in ("lat", "latitude", "y")]
            latitude = nc[names[0]][:] if names else None
            if latitude is not None and latitude[0] > latitude[-1]:
                values = values[:, ::-1]
            return values


def block(answer, expected, exact, packing):
    """`exact`: all packed samples. Else (a peer with a grid of its own): most of a part of them.

    `packing` is (scale_factor, add_offset), for peers that answer physical values."""
    _must(answer.status_code == 200 and not answer.content.lstrip()[:1] == b"<",
          f"{answer.status_code} {answer.content[:300]!r}")
    values = samples_of(answer)
    if exact:
        _must(values.shape[-2:] == expected.shape[-2:], f"{values.shape}, not {expected.shape}")
        _must(bool((values.reshape(expected.shape) == expected).all()), "samples differ from the file's")
        return
    level, want = values[0], expected.reshape(-1, *expected.shape[-2:])[0]
    if level.dtype.kind == "f":
        level = np.round((level.astype(float) - packing[1]) / packing[0])
    _must(abs(level.shape[0] - want.shape[0]) < 4 and abs(level.shape[1] - want.shape[1]) < 4,
          f"{level.shape}, not about {want.shape}")
    for row, column in zip(*np.nonzero(want != -32767)):  # a part of it that is all sea
        part = want[row:row + 16, column:column + 16]
        if row >= 2 and column >= 2 and part.shape == (16, 16) and (part != -32767).all():
            break
    else:
        return
    # Its grid may begin half a cell elsewhere: a shift of at most two cells must fit.
    best = max(np.mean(np.isclose(level[row + dy:row + dy + 16, column + dx:column + dx + 16], part,
                              atol=0.6))
               for dy in range(-2, 3) for dx in range(-2, 3)
               if level[row + dy:row + dy + 16, column + dx:column + dx + 16].shape == (16, 16))
    _must(best > 0.6, f"only {best:.0%} of its samples are the file's")


def numbers(found, expected, tolerance=2e-3):
    found = np.asarray(found, float)
    _must(found.size >= len(expected), f"{found.size} values, not {len(expected)}")
    _must(bool(np.allclose(found[:len(expected)], expected, atol=tolerance)),
          f"values differ: {found[:3]} ..., not {expected[:3]} ...")


def document(answer, words):
    _must(answer.status_code == 200, f"status {answer.status_code}")
    for word in words:
        _must(word.encode() in answer.content, f"'{word}' is missing in {answer.content[:200]!r}")
