"""Quality flags among ancillary variables (CF 3.4, 3.5), and units to be converted (CF 3.1)."""
import numpy as np

from .tiny import Tiny, expect, quirk, ramp, refused

HERE = {"lat": 10, "lon": 0}


def at(row, column, **more):
    return {"lat": 10 * (row + 1), "lon": 10 * column, **more}


def flags(f, name, values, dimensions=("lat", "lon"), kind="i1", meanings="", **attributes):
    f.variable(name, dimensions, values, kind, flag_meanings=meanings,
               standard_name="status_flag", long_name="flags", **attributes)


@quirk("quality_by_value.nc", "QC keeps what the flag's value means; a missing flag keeps nothing")
def _(path):
    with Tiny(path) as f:
        f.lat()
        f.lon()
        f.field("v", ramp(3, 4, start=280), fill=-999., units="K",
                standard_name="sea_surface_temperature", ancillary_variables="v_qc")
        flags(f, "v_qc", [[0, 1, 2, 3], [1, -128, 7, 1], [2, 2, 2, 2]], fill=-128,
              flag_values=np.array([0, 1, 2, 3], "i1"),
              meanings="no_qc good probably_good bad")
    good = {"QC": "good"}
    both = {"QC": "Good,probably_GOOD"}
    one = {"QC": "v_qc:good|probably_good"}
    return [expect("v", 280, at(0, 0)), expect("v", None, at(0, 0), ask=good),
            expect("v", 281, at(0, 1), ask=good), expect("v", None, at(0, 2), ask=good),
            expect("v", 282, at(0, 2), ask=both), expect("v", 282, at(0, 2), ask=one),
            expect("v", None, at(0, 3), ask=both), expect("v", None, at(1, 1), ask=both),
            expect("v", None, at(1, 2), ask=both),
            expect("v", 281 - 273.15, at(0, 1), ask={**good, "UNITS": "degC"}),
            expect("v", None, at(0, 2), ask={**good, "UNITS": "degC"}),
            refused("v", at(0, 0), {"QC": "great"}, ["v_qc: no_qc, good, probably_good, bad"]),
            refused("v", at(0, 0), {"QC": "v_qc:great"}, ["No flag of 'v_qc' means 'great'"]),
            refused("v", at(0, 0), {"QC": "w_qc:good"}, ["'w_qc' is no variable of quality flags"]),
            refused("v_qc", at(0, 0), {"UNITS": "K"}, ["has flags, which have no units"]),
            refused("v_qc", at(0, 0), {"QC": "good"}, ["There are no quality flags of 'v_qc'"])]


@quirk("quality_by_mask.nc", "QC keeps what has any of the bits that mean it; packed values stay")
def _(path):
    with Tiny(path) as f:
        f.lat()
        f.lon()
        f.field("v", ramp(3, 4), kind="i2", fill=-32768, units="degC",
                scale_factor=np.float32(0.01), add_offset=np.float32(20),
                standard_name="sea_surface_temperature", ancillary_variables="bits")
        flags(f, "bits", [[1, 2, 3, 0], [4, 4, 4, 5], [6, 6, 7, 7]], kind="u1",
              flag_masks=np.array([1, 2, 4], "u1"), meanings="clear night ice")
    clear = {"QC": "clear"}
    value = float(np.float32(np.float32(0.01) * 2.0 + 20.0))
    return [expect("v", 20, at(0, 0), ask=clear), expect("v", None, at(0, 1), ask=clear),
            expect("v", value, at(0, 2), "f4", ask=clear), expect("v", None, at(0, 3), ask=clear),
            expect("v", 20 + 273.15, at(0, 0), "f8", ask={**clear, "UNITS": "K"}),
            expect("v", None, at(0, 1), ask={**clear, "UNITS": "K"})]


@quirk("quality_by_both.nc", "flags told by masks and values; bytes without fill become two bytes")
def _(path):
    with Tiny(path) as f:
        f.lat()
        f.lon()
        values = ramp(3, 4)
        values[0] = [255, 254, 128, 0]
        f.field("v", values, kind="u1", ancillary_variables="bits")
        flags(f, "bits", [[1, 4, 9, 12], [0, 0, 0, 0], [13, 5, 8, 4]], kind="i2",
              flag_masks=np.array([1, 12, 12, 12], "i2"),
              flag_values=np.array([1, 4, 8, 12], "i2"), meanings="valid low medium high")
    return [expect("v", 255, at(0, 0), ask={"QC": "valid"}),
            expect("v", None, at(0, 1), ask={"QC": "valid"}),
            expect("v", 128, at(0, 2), ask={"QC": "valid"}),
            expect("v", 254, at(0, 1), ask={"QC": "low"}),
            expect("v", None, at(0, 3), ask={"QC": "low"}),
            expect("v", 0, at(0, 3), ask={"QC": "high"}),
            expect("v", 128, at(0, 2), ask={"QC": "bits:low|medium"}),
            expect("v", None, at(1, 1), ask={"QC": "low,medium,high"})]


@quirk("quality_several.nc", "all flags that know a meaning must agree; flags on fewer dimensions")
def _(path):
    with Tiny(path) as f:
        f.lat()
        f.lon()
        f.time([0., 1.], "days since 2000-01-01")
        f.field("v", ramp(2, 3, 4), ("time", "lat", "lon"), fill=-999.,
                ancillary_variables="of_place turned of_time gone")
        f.field("w", ramp(2, 3, 4), ("time", "lat", "lon"), fill=-999.)
        flags(f, "of_place", [[1, 1, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0]],
              flag_values=np.array([0, 1], "i1"), meanings="bad good")
        turned = np.ones((4, 3, 2), "i1")
        turned[0, 0, 1] = 0
        flags(f, "turned", turned, ("lon", "lat", "time"), flag_values=np.array([0, 1], "i1"),
              meanings="bad good")
        flags(f, "of_time", [5, 6], ("time",), flag_values=np.array([5, 6], "i1"),
              meanings="calm storm")
    first, second = {"time": '"2000-01-01"'}, {"time": '"2000-01-02"'}
    return [expect("v", 0, at(0, 0, **first), ask={"QC": "good"}),
            expect("v", None, at(0, 0, **second), ask={"QC": "good"}),
            expect("v", 12, at(0, 0, **second), ask={"QC": "of_place:good"}),
            expect("v", 13, at(0, 1, **second), ask={"QC": "good"}),
            expect("v", None, at(0, 2, **first), ask={"QC": "good"}),
            expect("v", 2, at(0, 2, **first), ask={"QC": "turned:good"}),
            expect("v", 0, at(0, 0, **first), ask={"QC": "good,calm"}),
            expect("v", None, at(0, 1, **second), ask={"QC": "good,calm"}),
            expect("v", 13, at(0, 1, **second), ask={"QC": "good,storm"}),
            refused("w", at(0, 0, **first), {"QC": "good"}, ["There are no quality flags of 'w'"])]


@quirk("units_spelled.nc", "units as files spell them; integers and limits, converted")
def _(path):
    with Tiny(path) as f:
        f.lat()
        f.lon()

        def field(name, value, units, kind="f8", **more):
            f.field(name, np.full((3, 4), value, kind), kind=kind, units=units, **more)
        field("psu", 35.5, "psu")
        field("PSU", 35.5, "PSU")
        field("permille", 35.5, "1e-3")
        field("celsius", 10, "Celsius")
        field("deg_c", 10, "DEG C")
        field("degrees_c", 10, "degrees_C")
        field("c", 10, "C", standard_name="air_temperature")
        field("slash", 5, "m/s")
        field("power", 5, "m s-1", "f4")
        field("knots", 10, "kt")
        field("one", 0.5, "1", "f4")
        field("percent", 50, "%", "i1")
        field("angle", 180, "degrees", "i2")
        field("millibar", 1013, "mb", "i2", valid_range=np.array([900, 1100], "i2"))
        field("limits", 20, "degC", "f4", valid_max=np.float32(20))
        field("long", 2 ** 40, "m", "i8")
        field("warming", 2.5, "K", standard_name="surface_temperature_anomaly")
        field("spread", 2.5, "K", standard_name="air_temperature", cell_methods="time: standard_deviation")
        field("noted", 2.5, "K", units_metadata="temperature: difference")
        field("bias", 2.5, "K")
        field("level", 3, "level")
        f.variable("nothing", ("lat", "lon"), ramp(3, 4), "f4")
        field("date", 3, "days since 2000-01-01", long_name="time of maximum")
        field("zero_kelvin_fill", 273.15, "K", fill=0.)

    def to(name, units, value, kind=None):
        return expect(name, value, HERE, kind, ask={"UNITS": units})

    def no(name, units, words):
        return refused(name, HERE, {"UNITS": units}, [words])
    return [to("psu", "1e-3", 35.5), to("PSU", "%", 3.55), to("permille", "psu", 35.5),
            to("permille", "1", 0.0355), to("celsius", "K", 283.15), to("deg_c", "degF", 50),
            to("degrees_c", "degC", 10), to("c", "K", 283.15), to("slash", "km/h", 18),
            to("power", "cm s-1", 500, "f4"), to("knots", "m s-1", 10 * 1852 / 3600),
            to("one", "%", 50, "f4"), to("percent", "1", 0.5, "f8"),
            to("angle", "rad", np.pi, "f8"), to("millibar", "Pa", 101300, "f8"),
            to("limits", "K", 293.15, "f4"), to("long", "km", 2 ** 40 / 1000, "f8"),
            to("warming", "degC", 2.5), to("spread", "degF", 4.5), to("noted", "degC", 2.5),
            to("zero_kelvin_fill", "degC", 0),
            expect("psu", 35.5, HERE, ask={"UNITS": ""}),
            to("level", "level", 3),
            no("bias", "degC", "whether values are temperatures or differences"),
            no("level", "m", "no unit that UDUNITS knows"),
            no("nothing", "m", "has no units"), no("date", "days", "points in time"),
            no("celsius", "m", "'celsius' is in 'Celsius', which cannot be converted to 'm'"),
            no("celsius", "smoots", "'smoots' is no unit that UDUNITS knows; 'celsius' is in 'Celsius'"),
            no("celsius", "hours since 2000-01-01", "no unit that UDUNITS knows")]
