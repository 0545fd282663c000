"""Several files as one dataset: what may differ from file to file, told by .ncml files beside them."""
import os

from .tiny import Tiny, expect, quirk, ramp

PLACE = {"lat": 10, "lon": 0}
START = '<netcdf xmlns="http://www.unidata.ucar.edu/namespaces/netcdf/ncml-2.2">\n'


def ncml(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(START + text + "\n</netcdf>\n")


def joined(path, dimension="time"):
    ncml(path, f'<aggregation type="joinExisting" dimName="{dimension}">'
         '<scan location="." suffix=".nc"/></aggregation>')


def beside(path, name):
    return os.path.join(os.path.dirname(path), name)


def member(path, times, units="days since 2000-01-01", start=0, kind="f4", calendar="standard",
           lat=(10.0, 20.0, 30.0), fill=None, modified=1_600_000_000, **attributes):
    with Tiny(path) as f:
        f.time(times, units, calendar)
        f.lat(lat)
        f.lon()
        f.field("v", ramp(len(times), len(lat), 4, start=start), ("time", "lat", "lon"), kind, fill,
                **attributes)
    os.utime(path, (modified, modified))


def at(day, **more):
    return {"time": f'"2000-01-{day:02}T00:00:00Z"', **PLACE, **more}


@quirk("joined_units/all.ncml", "times counted from another day, and in another unit, in each file")
def _(path):
    member(beside(path, "a.nc"), [0], "days since 2000-01-03", start=200)
    member(beside(path, "b.nc"), [0, 24], "hours since 2000-01-01", start=0)
    joined(path)
    return [expect("v", 0, at(1)), expect("v", 12, at(2)), expect("v", 200, at(3))]


@quirk("joined_packing/all.ncml", "another scale, offset and fill value in each file")
def _(path):
    member(beside(path, "a.nc"), [0], kind="i2", fill=0, scale_factor=0.5, add_offset=1.0)
    member(beside(path, "b.nc"), [1], kind="i2", fill=5, scale_factor=2.0, add_offset=0.0)
    member(beside(path, "c.nc"), [2])
    joined(path)
    return [expect("v", None, at(1)), expect("v", 1.5, at(1, lon=10)), expect("v", 0.0, at(2)),
            expect("v", 2.0, at(2, lon=10)), expect("v", None, at(2, lat=20, lon=10)),
            expect("v", 5.0, at(3, lat=20, lon=10))]


@quirk("joined_overlap/all.ncml", "a step that two files have: the one modified last has it")
def _(path):
    member(beside(path, "a.nc"), [0, 1], start=0, modified=1_600_000_100)
    member(beside(path, "b.nc"), [1, 2], start=500)
    joined(path)
    return [expect("v", 12, at(2)), expect("v", 512, at(3))]


@quirk("joined_order/all.ncml", "steps descending, interleaved, and with one that is not there")
def _(path):
    member(beside(path, "a.nc"), [4, 2, 0])
    member(beside(path, "b.nc"), [1, 3, 6], start=100)
    joined(path)
    return [expect("v", 24, at(1)), expect("v", 100, at(2)), expect("v", 12, at(3)),
            expect("v", 112, at(4)), expect("v", 0, at(5)), expect("v", 124, at(7))]


@quirk("joined_other_grid/all.ncml", "the first file is on another grid than the others")
def _(path):
    member(beside(path, "a.nc"), [0], lat=(11.0, 21.0, 31.0))
    member(beside(path, "b.nc"), [1], start=7)
    member(beside(path, "c.nc"), [2], start=9)
    joined(path)
    return [expect("v", 7, at(2)), expect("v", 9, at(3))]


@quirk("joined_new/all.ncml", "a new axis of members, with values that NcML tells")
def _(path):
    member(beside(path, "a.nc"), [0])
    member(beside(path, "b.nc"), [0], start=50)
    ncml(path, '<variable name="member"><attribute name="standard_name" value="realization"/>'
         '</variable><aggregation type="joinNew" dimName="member">'
         '<netcdf location="a.nc" coordValue="12"/><netcdf location="b.nc" coordValue="3"/>'
         "</aggregation>")
    return [expect("v", 0, at(1, member=12)), expect("v", 50, at(1, member=3))]


@quirk("joined_flat/all.ncml", "a variable without time: each file's holds for its own step")
def _(path):
    for day, value in ((0, 3.0), (1, 4.0)):
        member(beside(path, f"f{day}.nc"), [day])
        with Tiny(beside(path, f"g{day}.nc")) as f:
            f.time([day], "days since 2000-01-01", "standard")
            f.lat()
            f.lon()
            f.field("ice", ramp(3, 4) + value)
    joined(path)
    return [expect("ice", 3.0, at(1)), expect("ice", 4.0, at(2)), expect("v", 0, at(2))]


@quirk("said_otherwise/all.ncml", "NcML that gives a variable another name and other units")
def _(path):
    member(beside(path, "one.nc"), [0], kind="i2")
    ncml(path, '<variable name="sst" orgName="v"><attribute name="units" value="K"/><attribute '
         'name="scale_factor" type="float" value="0.5"/></variable><aggregation type="union">'
         '<netcdf location="one.nc"/></aggregation>')
    return [expect("sst", 5.5, at(1, lat=30, lon=30), kind="f4")]
