#!/usr/bin/env python3
"""GRIB and GeoTIFF against ecCodes and rasterio.

    tests/oracle/rasters.py [FOLDER] [--seed N] [--keep DIR]

Files of both kinds are made (grids, editions, packings, orders of scanning, levels, members, runs,
accumulations, missing values; types, masks, scales, tiles, points, bands of times), and those of
FOLDER taken as they are. Every coverage is asked of WCS as NetCDF: each field that ecCodes decodes
must be found at its time, level and member, every value where ecCodes says its point lies; each band
as rasterio reads it, at the centres that its geotransform makes.
"""
import argparse
import datetime
import os
import shutil
import sys
import tempfile

import netCDF4
import numpy as np
import pyproj
import rasterio
import rasterio.transform
from scipy.spatial import cKDTree

import eccodes  # after the others: its libraries and theirs do not bear the other order

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gyre_oracle import wcs  # noqa: E402
from gyre_oracle.report import Report  # noqa: E402
from gyre_oracle.server import Server  # noqa: E402

EPOCH = datetime.datetime(1970, 1, 1)
MISSING = 1e36
REFUSED = {"reduced.grb2", "packed1_second_order.grb",
           *(f"scanned_{flags}.grb2" for flags in (1, 3, 5, 7, 9, 11, 12, 13, 14, 15))}


# ---- making GRIB ---------------------------------------------------------------------------------
def latlon(edition, ni=24, nj=11, west=0.0, east=345.0, north=50.0, south=-50.0, upwards=False):
    first, last = (south, north) if upwards else (north, south)
    return {"Ni": ni, "Nj": nj, "longitudeOfFirstGridPointInDegrees": west,
            "longitudeOfLastGridPointInDegrees": east,
            "latitudeOfFirstGridPointInDegrees": first, "latitudeOfLastGridPointInDegrees": last,
            "iDirectionIncrementInDegrees": (east - west) / (ni - 1),
            "jDirectionIncrementInDegrees": (north - south) / (nj - 1),
            "jScansPositively": int(upwards)}


def projected(kind):
    keys = {"gridType": kind, "Nx": 21, "Ny": 17}
    if kind == "lambert":
        keys |= {"latitudeOfFirstGridPointInDegrees": 12.19, "LoVInDegrees": 265.0,
                 "longitudeOfFirstGridPointInDegrees": 226.541, "LaDInDegrees": 25.0,
                 "Latin1InDegrees": 25.0, "Latin2InDegrees": 25.0, "DxInMetres": 81271,
                 "DyInMetres": 81271, "jScansPositively": 1}
    if kind == "polar_stereographic":
        keys |= {"latitudeOfFirstGridPointInDegrees": 40.0, "orientationOfTheGridInDegrees": 249.0,
                 "longitudeOfFirstGridPointInDegrees": 210.0, "DxInMetres": 90000,
                 "DyInMetres": 90000, "jScansPositively": 1}
    if kind == "mercator":
        keys = {"gridType": kind, "Ni": 21, "Nj": 17, "latitudeOfFirstGridPointInDegrees": -20.0,
                "longitudeOfFirstGridPointInDegrees": 100.0,
                "latitudeOfLastGridPointInDegrees": 20.0, "longitudeOfLastGridPointInDegrees": 150.0,
                "LaDInDegrees": 0.0, "DiInMetres": 278000, "DjInMetres": 278000,
                "jScansPositively": 1}
    return keys


class Grib:
    """Messages of one file."""

    def __init__(self, random):
        self.random, self.messages = random, []

    def add(self, sample, keys, field=None, missing=0, packing=None, bits=16):
        handle = eccodes.codes_grib_new_from_samples(sample)
        for key, value in keys.items():
            eccodes.codes_set(handle, key, value)
        sides = [eccodes.codes_get(handle, side) for side in (("Nx", "Ny") if "Nx" in keys else ("Ni", "Nj"))]
        count = sides[0] * sides[1] if sides[0] and min(sides) > 0 and max(sides) < 10**6 else \
            eccodes.codes_get(handle, "numberOfDataPoints")
        values = self.random.normal(280, 20, count) if field is None else field(count)
        if missing:
            eccodes.codes_set(handle, "bitmapPresent", 1)
            eccodes.codes_set(handle, "missingValue", MISSING)
            values[self.random.random(count) < missing] = MISSING
        eccodes.codes_set(handle, "bitsPerValue", bits)
        eccodes.codes_set_values(handle, values)
        if packing:
            eccodes.codes_set(handle, "packingType", packing)
        self.messages.append(eccodes.codes_get_message(handle))
        eccodes.codes_release(handle)
        return self

    def write(self, path, junk=b""):
        with open(path, "wb") as file:
            for message in self.messages:
                file.write(junk + message)


def make_gribs(folder, random):
    def one(name, *fields, junk=b""):
        grib = Grib(random)
        for sample, keys, how in fields:
            grib.add(sample, keys, **how)
        grib.write(os.path.join(folder, name), junk)

    two, first = "regular_ll_pl_grib2", "regular_ll_pl_grib1"
    level = {"level": 500, "dataDate": 20240229, "dataTime": 600}
    for edition, sample in ((1, first), (2, two)):
        one(f"plain{edition}.grb", (sample, {**latlon(edition), **level}, {}))
        one(f"upwards{edition}.grb", (sample, {**latlon(edition, upwards=True), **level}, {}))
        one(f"missing{edition}.grb", (sample, {**latlon(edition), **level}, {"missing": 0.3}))
        # Values that are what GDAL writes for missing ones.
        one(f"nines{edition}.grb", (sample, {**latlon(edition), **level}, {
            "missing": 0.3, "bits": 24,
            "field": lambda n: np.where(np.arange(n) % 5 == 0, 9999.0, np.arange(n) * 100.0)}))
        one(f"east{edition}.grb", (sample, {**latlon(edition, west=170.0, east=250.0, ni=17), **level}, {}))
        one(f"constant{edition}.grb", (sample, {**latlon(edition), **level}, {
            "field": lambda n: np.full(n, 3.5)}))
        one(f"junk{edition}.grb", (sample, {**latlon(edition), **level}, {}), junk=b"\x01\r\r\n123 \r\r\n")
        one(f"levels{edition}.grb", *(
            (sample, {**latlon(edition), **level, "level": p, "step": s}, {})
            for s in (12, 0, 6) for p in (850, 1000, 500)))
        one(f"holes{edition}.grb", *(
            (sample, {**latlon(edition), **level, "level": p, "step": s}, {})
            for s, p in ((0, 500), (0, 850), (6, 500))))
        one(f"runs{edition}.grb", *(
            (sample, {**latlon(edition), **level, "dataDate": d, "step": s}, {})
            for d in (20240228, 20240229) for s in (0, 24, 48)))
        one(f"analyses{edition}.grb", *(
            (sample, {**latlon(edition), **level, "dataDate": d, "step": 0}, {})
            for d in (20231231, 20240101, 20240102)))
        one(f"gaussian{edition}.grb", (f"regular_gg_pl_grib{edition}", level, {}))
        one(f"packed{edition}_second_order.grb", (sample, {**latlon(edition), **level}, {
            "packing": "grid_second_order" if edition == 1 else "grid_complex",
            "field": lambda n: np.cumsum(random.normal(0, 1, n)) + 250}))
        one(f"heights{edition}.grb", *(
            (sample, {**latlon(edition), **level, "typeOfLevel": "heightAboveGround", "level": h,
                      "shortName": "t"}, {}) for h in (2, 80)))
    for flags in range(1, 16):  # every order of scanning
        keys = latlon(2, upwards=bool(flags & 2))
        if flags & 1:
            first, last = "longitudeOfFirstGridPointInDegrees", "longitudeOfLastGridPointInDegrees"
            keys |= {first: keys[last], last: keys[first]}
        keys |= {"iScansNegatively": flags & 1, "jPointsAreConsecutive": flags >> 2 & 1,
                 "alternativeRowScanning": flags >> 3 & 1}
        one(f"scanned_{flags}.grb2", (two, {**keys, **level}, {"missing": 0.2 if flags & 4 or flags == 10 else 0}))
    one("spatial.grb2", (two, {**latlon(2), **level}, {
        "packing": "grid_complex_spatial_differencing",
        "field": lambda n: np.cumsum(random.normal(0, 1, n)) + 250}))
    one("ieee.grb2", (two, {**latlon(2), **level}, {"packing": "grid_ieee", "bits": 32}))
    for bits in (8, 12, 16, 24):
        one(f"ccsds_{bits}.grb2", *(
            (two, {**latlon(2, upwards=bits == 12), **level, "step": s},
             {"packing": "grid_ccsds", "bits": bits, "missing": 0.3 if s else 0}) for s in (0, 6)))
    one("ccsds_constant.grb2", (two, {**latlon(2), **level}, {
        "packing": "grid_ccsds", "field": lambda n: np.full(n, 7.25)}))
    one("jpeg.grb2", (two, {**latlon(2), **level}, {"packing": "grid_jpeg"}))
    one("members.grb2", *(
        (two, {**latlon(2), **level, "productDefinitionTemplateNumber": 1, "number": m,
               "numberOfForecastsInEnsemble": 3, "step": s}, {}) for m in (0, 1, 2) for s in (0, 6)))
    one("accumulated.grb2", *(
        ("regular_ll_sfc_grib2",
         {**latlon(2), "dataDate": 20240229, "productDefinitionTemplateNumber": 8, "discipline": 0,
          "parameterCategory": 1, "parameterNumber": 8, "typeOfStatisticalProcessing": 1,
          "stepRange": f"0-{s}"}, {}) for s in (6, 12, 18)))
    for kind in ("lambert", "polar_stereographic", "mercator"):
        one(kind + ".grb2", ("GRIB2", {**projected(kind), **{k: level[k] for k in ("dataDate", "dataTime")}}, {}))
    one("rotated.grb2", ("rotated_ll_pl_grib2", {
        **latlon(2, west=-10.0, east=10.0, north=8.0, south=-8.0, ni=21, nj=17),
        "latitudeOfSouthernPoleInDegrees": -39.25, "longitudeOfSouthernPoleInDegrees": 18.0,
        **level}, {}))
    one("two_grids.grb2", (two, {**latlon(2), **level}, {}),
        (two, {**latlon(2, ni=12, nj=6, east=330.0), **level}, {}))
    one("two_fields.grb2", (two, {**latlon(2), **level, "shortName": "u"}, {}),
        (two, {**latlon(2), **level, "shortName": "v"}, {}),
        (two, {**latlon(2), **level, "shortName": "gh"}, {}))
    one("reduced.grb2", ("reduced_gg_pl_32_grib2", level, {}))


# ---- comparing GRIB ------------------------------------------------------------------------------
def places(lat, lon):
    lat, lon = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def messages(path):
    """What ecCodes finds: dictionaries."""
    found = []
    with open(path, "rb") as file:
        while (handle := eccodes.codes_grib_new_from_file(file)) is not None:
            eccodes.codes_set(handle, "missingValue", MISSING)
            get = lambda key: eccodes.codes_get(handle, key)  # noqa: E731
            values = eccodes.codes_get_values(handle)
            values = np.where(values == MISSING, np.nan, values)
            if get("alternativeRowScanning"):  # ecCodes turns its points round, but not its values
                values = values.reshape(get("Nj"), get("Ni"))
                values[1::2] = values[1::2, ::-1]
                values = values.ravel()
            valid = datetime.datetime.strptime(f"{get('validityDate')} {get('validityTime'):04d}",
                                               "%Y%m%d %H%M")
            run = datetime.datetime.strptime(f"{get('dataDate')} {get('dataTime'):04d}",
                                             "%Y%m%d %H%M")
            # Levels as GRIB 2 has them: of pressure in Pa.
            scale = 100 if get("typeOfLevel") == "isobaricInhPa" else 1
            try:
                member = get("perturbationNumber")
            except eccodes.KeyValueNotFoundError:
                member = None
            found.append({"valid": valid, "run": run, "level": get("level") * scale,
                          "member": member, "values": values,
                          "lat": eccodes.codes_get_array(handle, "latitudes"),
                          "lon": eccodes.codes_get_array(handle, "longitudes"),
                          "bits": get("bitsPerValue")})
            eccodes.codes_release(handle)
    return found


def placed(file, variable):
    """Latitudes and longitudes of its rows and columns, flat."""
    y, x = (file[name] for name in variable.dimensions[-2:])
    ys, xs = np.meshgrid(y[...].data, x[...].data, indexing="ij")
    mapping = file[variable.grid_mapping] if hasattr(variable, "grid_mapping") else None
    if getattr(y, "standard_name", "") == "latitude":
        return ys.ravel(), xs.ravel()
    crs = pyproj.CRS.from_cf({k: mapping.getncattr(k) for k in mapping.ncattrs()})
    if crs.is_geographic:  # a rotated pole: degrees of its own
        geographic = crs.source_crs or crs.geodetic_crs
        to = pyproj.Transformer.from_crs(crs, geographic, always_xy=True)
    else:
        to = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    lon, lat = to.transform(xs.ravel(), ys.ravel())
    return lat, lon


def fields_of(file):
    """(valid, run, level, member, values, lat, lon) of every plane of every field."""
    for variable in file.variables.values():
        if variable.ndim < 2 or variable.dimensions[-1] not in file.variables or \
                variable.name.endswith("_bnds") or getattr(variable, "standard_name", "") == "time":
            continue
        lat, lon = placed(file, variable)
        scalars = [file[n] for n in getattr(variable, "coordinates", "").split()
                   if n in file.variables and file[n].ndim == 0]
        for at in np.ndindex(variable.shape[:-2]):
            about = {"valid": None, "run": None, "level": None, "member": None, "lead": None}
            told = [(file[d], file[d][i]) for d, i in zip(variable.dimensions[:-2], at)]
            told += [(one, one[...]) for one in scalars]
            for one, value in told:
                name = getattr(one, "standard_name", one.name)
                if name == "time":
                    about["valid"] = EPOCH + datetime.timedelta(hours=float(value))
                elif name == "forecast_reference_time":
                    about["run"] = EPOCH + datetime.timedelta(hours=float(value))
                elif name == "forecast_period":
                    about["lead"] = datetime.timedelta(hours=float(value))
                elif name == "realization":
                    about["member"] = int(value)
                elif one.ndim == 1 or hasattr(one, "positive"):
                    about["level"] = float(value)
            if about["valid"] is None and about["run"] and about["lead"] is not None:
                about["valid"] = about["run"] + about["lead"]
            yield variable.name, about, np.ma.filled(variable[at].astype("f8"), np.nan).ravel(), lat, lon


def fits(message, about):
    return (message["valid"] == about["valid"] and
            (about["run"] is None or message["run"] == about["run"]) and
            (about["level"] is None or abs(message["level"] - about["level"]) < 1e-6) and
            (about["member"] is None or message["member"] == about["member"]))


def compare_grib(server, report, name, path, identifiers):
    wanted = messages(path)
    reached = [False] * len(wanted)
    for identifier in identifiers:
        answer = wcs.get_coverage(server, identifier, [])
        if answer.status_code != 200:
            report.count(name, "grib", f"{identifier}: {answer.status_code} {wcs.exception_of(answer)}")
            continue
        with netCDF4.Dataset("answer", memory=answer.content) as file:
            for field, about, values, lat, lon in fields_of(file):
                candidates = [i for i, m in enumerate(wanted)
                              if fits(m, about) and m["values"].size == values.size]
                problem = f"{field} at {about}: no such message"
                if not candidates and np.isnan(values).all():
                    problem = None  # a hole
                for i in candidates:
                    message = wanted[i]
                    distance, index = cKDTree(places(message["lat"], message["lon"])).query(
                        places(lat, lon))
                    expected = message["values"][index]
                    tolerance = 4e-7 * max(np.nanmax(np.abs(expected), initial=0), 1e-30)
                    problem = None
                    if distance.max() > 2e-6 * 10 or np.unique(index).size != index.size:
                        problem = f"{field} at {about}: points are off by {distance.max():.2e} radians"
                    elif not np.array_equal(np.isnan(expected), np.isnan(values)):
                        problem = (f"{field} at {about}: {np.isnan(values).sum()} missing, "
                                   f"not {np.isnan(expected).sum()}")
                    elif np.nanmax(np.abs(expected - values), initial=0) > tolerance:
                        problem = (f"{field} at {about}: off by "
                                   f"{np.nanmax(np.abs(expected - values))} of {np.nanmax(expected)}")
                    if not problem:
                        reached[i] = True
                        break
                report.count(name, "grib", problem)
    report.count(name, "grib all served",
                 None if all(reached) else f"{reached.count(False)} of {len(reached)} messages are not served")


# ---- GeoTIFF -------------------------------------------------------------------------------------
def make_tiffs(folder, random):
    utm = {"crs": "EPSG:32633", "transform": rasterio.transform.from_origin(4e5, 5.6e6, 250, 300)}
    degrees = {"crs": "EPSG:4326", "transform": rasterio.transform.from_origin(-20, 60, 0.5, 0.25)}
    for kind in ("uint8", "int8", "int16", "uint16", "int32", "uint32", "float32", "float64"):
        if kind.startswith("float"):
            content = random.normal(size=(40, 50)).astype(kind)
        else:
            limits = np.iinfo(kind)
            content = random.integers(limits.min, limits.max, (40, 50), dtype=kind, endpoint=True)
        for place, where in (("utm", utm), ("degrees", degrees)):
            with rasterio.open(os.path.join(folder, f"{kind}_{place}.tif"), "w", driver="GTiff",
                               height=40, width=50, count=1, dtype=kind,
                               nodata=-9 if kind == "int16" else None, **where) as file:
                file.write(content, 1)
    def tif(name, content, **more):
        profile = {"driver": "GTiff", "height": content.shape[-2], "width": content.shape[-1],
                   "count": content.shape[0], "dtype": content.dtype, **degrees, **more}
        return rasterio.open(os.path.join(folder, name), "w", **profile)

    content = random.normal(size=(3, 64, 96)).astype("f4")
    with tif("tiled.tif", content, tiled=True, blockxsize=32, blockysize=16, compress="deflate",
             nodata=np.nan) as file:
        content[:, 5:9, 7:20] = np.nan
        file.write(content)
        for band, name in enumerate(("thetao", "so", "uo"), 1):
            file.set_band_description(band, name)
    with tif("cog.tif", content, driver="COG", blocksize=128) as file:
        file.write(content)
    packed = random.integers(-3000, 3000, (1, 30, 40), dtype="i2")
    with tif("packed.tif", packed, nodata=-32768) as file:
        file.write(packed)
        file.scales, file.offsets, file.units = (0.01,), (5.0,), ("degC",)
    with tif("point.tif", packed) as file:
        file.update_tags(AREA_OR_POINT="Point")
        file.write(packed)
    with tif("south_up.tif", packed, transform=rasterio.Affine(0.5, 0, -20, 0, 0.25, 10)) as file:
        file.write(packed)
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), tif("masked.tif", packed) as file:
        file.write(packed)
        file.write_mask(random.random((30, 40)) < 0.7)
    steps = random.normal(size=(6, 20, 30)).astype("f4")
    with tif("times.tif", steps) as file:
        file.write(steps)
        for band in range(6):
            file.update_tags(band + 1, variable="sst", time=f"2024-01-{band + 1:02d}T00:00:00Z")
    with tif("dates.tif", steps) as file:
        file.write(steps)
        for band in range(6):
            file.set_band_description(band + 1, f"2024-02-{6 - band:02d}")
    with tif("volume.tif", steps) as file:
        file.write(steps)
        for band in range(6):
            file.update_tags(band + 1, variable="so", depth=str((0, 10, 50)[band % 3]),
                             time=f"2024-01-{band // 3 + 1:02d}T00:00:00Z")
    with tif("no_crs.tif", steps, crs=None) as file:
        file.write(steps)
    flags = random.integers(0, 4, (1, 20, 30), dtype="u1")
    with tif("palette.tif", flags) as file:
        file.write(flags)
        file.write_colormap(1, {0: (0, 0, 0, 255), 1: (255, 0, 0, 255), 2: (0, 255, 0, 255),
                                3: (0, 0, 255, 255)})


def bands_of(path):
    with rasterio.open(path) as file:
        place = file.transform * rasterio.Affine.translation(0.5, 0.5)
        x = [(place * (i, 0))[0] for i in range(file.width)]
        y = [(place * (0, i))[1] for i in range(file.height)]
        bands = []
        for band in file.indexes:
            if file.colorinterp[band - 1] == rasterio.enums.ColorInterp.alpha:
                continue
            values = file.read(band, masked=True).astype("f8")
            if file.nodata is not None and np.isnan(file.nodata):
                values = np.ma.masked_invalid(values)
            bands.append(np.ma.filled(values * file.scales[band - 1] + file.offsets[band - 1], np.nan))
        return np.array(x), np.array(y), bands


def compare_tiff(server, report, name, path, identifiers):
    x, y, bands = bands_of(path)
    left = list(range(len(bands)))
    for identifier in identifiers:
        answer = wcs.get_coverage(server, identifier, [])
        if answer.status_code != 200:
            report.count(name, "tiff", f"{identifier}: {answer.status_code} {wcs.exception_of(answer)}")
            continue
        with netCDF4.Dataset("answer", memory=answer.content) as file:
            for variable in file.variables.values():
                if variable.ndim < 2 or variable.dimensions[-1] not in file.variables:
                    continue
                if "_FillValue" not in variable.ncattrs():  # or defaults of the library count
                    variable.set_auto_mask(False)
                names = variable.dimensions[-2:]
                found = [np.asarray(file[n][...], "f8") for n in names]
                flip = (found[0][0] < found[0][-1]) != (y[0] < y[-1])
                problem = None
                if not (np.allclose(np.sort(found[0]), np.sort(y), rtol=0, atol=1e-6) and
                        np.allclose(found[1], x, rtol=0, atol=1e-6)):
                    problem = f"{variable.name}: centres differ"
                planes = np.ma.filled(variable[...].astype("f8"), np.nan)
                for plane in planes.reshape(-1, *planes.shape[-2:]):
                    match = [b for b in left if np.array_equal(np.isnan(bands[b]), np.isnan(plane)) and
                             np.allclose(bands[b], plane[::-1] if flip else plane, rtol=1e-12,
                                         atol=1e-12, equal_nan=True)]
                    if not problem and not match:
                        problem = f"{variable.name}: a plane is no band"
                    left = [b for b in left if b not in match[:1]]
                    report.count(name, "tiff", problem)
    report.count(name, "tiff all served", f"bands {left} are not served" if left else None)


def order_of_steps(server, report):
    """Bands with dates lie at them."""
    answer = wcs.get_coverage(server, "dates", ['time("2024-02-05")'], ["value"])
    with rasterio.open(os.path.join(server.data, "dates.tif")) as file:
        expected = file.read(2)
    problem = f"status {answer.status_code}"
    if answer.status_code == 200:
        with netCDF4.Dataset("answer", memory=answer.content) as file:
            found = np.squeeze(file["value"][...])
        problem = None if np.array_equal(found, expected) else "another step"
    report.count("dates.tif", "tiff step", problem)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep")
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    data = options.keep or tempfile.mkdtemp(prefix="gyre-rasters-")
    os.makedirs(data, exist_ok=True)
    make_gribs(data, random)
    make_tiffs(data, random)
    if options.folder:
        for folder, _, names in os.walk(options.folder):
            for name in names:
                if os.path.splitext(name)[1] in (".grib", ".grib2", ".grb", ".tif"):
                    shutil.copy(os.path.join(folder, name), data)
    report = Report()
    with Server(data) as server:
        ids = wcs.coverage_ids(server)
        for name in sorted(os.listdir(data)):
            path, identifier = os.path.join(data, name), wcs.dataset_id(name)
            if not os.path.isfile(path):
                continue
            own = [i for i in ids if i == identifier or i.startswith(identifier + ".")]
            own = [i for i in own if not i.endswith((".lonlat", ".vectors", ".best"))]
            # What GDAL cannot read, or reads wrongly.
            if name in REFUSED:
                report.count(name, "refused", f"served as {own}" if own else None)
            elif not own:
                report.count(name, "served", "nothing of it is served")
            elif name.endswith(".tif"):
                compare_tiff(server, report, name, path, own)
            else:
                compare_grib(server, report, name, path, own)
        order_of_steps(server, report)
    if not options.keep:
        shutil.rmtree(data)
    report.table()


main()
