"""Forecasts of several runs: reference times by leads, and when each of them is valid."""
import numpy as np

from .tiny import Tiny, expect, quirk, ramp

RUNS = [0.0, 6.0, 12.0, 18.0]
LEADS = [0.0, 3.0, 6.0, 9.0, 12.0]
SINCE = "hours since 2026-01-31"


def runs(f, name="forecast_reference_time", values=RUNS, since=SINCE, **attributes):
    f.axis(name, values, units=since, standard_name="forecast_reference_time", **attributes)


def leads(f, name="forecast_period", values=LEADS, units="hours", **attributes):
    f.axis(name, values, units=units, standard_name="forecast_period", **attributes)


@quirk("forecast_periods.nc", "runs by leads, valid times told by neither: reference time + period")
def _(path):
    with Tiny(path) as f:
        runs(f)
        leads(f)
        f.lat()
        f.lon()
        f.field("v", ramp(4, 5, 3, 4),
                ("forecast_reference_time", "forecast_period", "lat", "lon"))
    return [expect("v", 60.0 * 2 + 12 * 3, {"forecast_reference_time": '"2026-01-31T12:00:00Z"',
                                            "forecast_period": 9, "lat": 10, "lon": 0})]


@quirk("forecast_steps.nc", "cfgrib's way: time is the reference time, valid_time over time and step;"
       " packed, runs and steps neither first nor beside each other")
def _(path):
    with Tiny(path) as f:
        runs(f, "time", [0.0, 12.0, 24.0])
        leads(f, "step", [0.0, 6.0, 12.0, 18.0, 30.0])
        f.lat([30.0, 20.0, 10.0])
        f.lon()
        f.variable("valid_time", ("time", "step"),
                   np.add.outer([0.0, 12.0, 24.0], [0.0, 6.0, 12.0, 18.0, 30.0]), "f8",
                   units=SINCE, standard_name="time", calendar="proleptic_gregorian")
        values = ramp(3, 3, 5, 4, start=-40)  # lat, time, step, lon
        values[1, 1, 2, 3] = -32768
        f.field("t2m", values, ("lat", "time", "step", "lon"), "i2", fill=-32768,
                scale_factor=np.float32(0.5), add_offset=np.float32(280),
                coordinates="valid_time", units="K")
    value = float(np.float32(0.5) * (-40 + 1 * 60 + 2 * 20 + 1 * 4) + 280)
    return [expect("t2m", value, {"forecast_reference_time": '"2026-02-01T00:00:00Z"', "step": 6, "lat": 20, "lon": 0}),
            expect("t2m", None, {"forecast_reference_time": '"2026-01-31T12:00:00Z"', "step": 12, "lat": 20,
                                 "lon": 30})]


@quirk("forecast_collection.nc", "THREDDS' collection: time over run and the dimension time, ragged,"
       " with bounds, runs out of order of 360-day years")
def _(path):
    since = "hours since 2026-01-30"
    reach = np.array([[24.0, 30, 36, np.nan], [12, 18, 24, 30], [0, 6, np.nan, 20]])
    with Tiny(path) as f:
        runs(f, "run", [24.0, 12.0, 0.0], since, calendar="360_day", _CoordinateAxisType="RunTime")
        f.nc.createDimension("time", 4)
        f.nc.createDimension("two", 2)
        f.lat()
        f.lon()
        f.variable("time", ("run", "time"), reach, "f8", fill=np.nan, units=since,
                   standard_name="time", calendar="360_day", bounds="time_bnds")
        f.variable("time_bnds", ("run", "time", "two"), np.stack([reach - 6, reach], -1), "f8")
        rain = np.where(np.isnan(reach)[..., None, None], np.nan, ramp(3, 4, 3, 4))
        f.field("rain", rain, ("run", "time", "lat", "lon"), "f8",
                coordinates="run time", cell_methods="time: sum")
        f.variable("sort", ("run",), [7, 8, 9], "i4", long_name="sort of run")
    return [expect("rain", 48.0 + 24 + 5, {"run": 12, "forecast_step": 2, "lat": 20, "lon": 10})]


@quirk("forecast_offsets.nc", "THREDDS' collection with time_offset along the dimension time; one run"
       " of which xarray and cfgrib make a scalar is another file")
def _(path):
    with Tiny(path) as f:
        runs(f, "run", [0.0, 6.0, 12.0], _CoordinateAxisType="RunTime")
        f.nc.createDimension("time", 4)
        f.lat()
        f.lon()
        offsets = np.array([0.0, 3, 6, 12])
        f.variable("time_offset", ("time",), offsets, "f8", units="hours",
                   standard_name="forecast_period")
        f.variable("time", ("run", "time"), np.add.outer([0.0, 6, 12], offsets) * 3600, "f8",
                   units="seconds since 2026-01-31", standard_name="time")
        f.field("v", ramp(3, 4, 3, 4), ("run", "time", "lat", "lon"),
                coordinates="run time time_offset")
    return [expect("v", 48.0 + 24, {"run": '"2026-01-31T06:00:00Z"', "time_offset": 6, "lat": 10,
                                    "lon": 0})]


@quirk("forecast_differences.nc", "leads that only the times tell: the same hours in every run")
def _(path):
    with Tiny(path) as f:
        runs(f, "run", [0.0, 6.0])
        f.nc.createDimension("step", 3)
        f.lat()
        f.lon()
        f.variable("time", ("run", "step"), [[0.0, 3, 9], [6, 9, 15]], "f8", units=SINCE,
                   standard_name="time")
        f.field("v", ramp(2, 3, 3, 4), ("run", "step", "lat", "lon"))
    return [expect("v", 36.0 + 24, {"run": '"2026-01-31T06:00:00Z"', "forecast_period": 9,
                                    "lat": 10, "lon": 0})]


@quirk("forecast_one_run.nc", "cfgrib's one run: time is the scalar reference time, valid_time along step")
def _(path):
    with Tiny(path) as f:
        f.variable("time", (), 0.0, "f8", units=SINCE, standard_name="forecast_reference_time")
        leads(f, "step", [0.0, 3.0, 6.0])
        f.lat()
        f.lon()
        f.variable("valid_time", ("step",), [0.0, 3.0, 6.0], "f8", units=SINCE,
                   standard_name="time")
        f.field("t2m", ramp(3, 3, 4), ("step", "lat", "lon"),
                coordinates="time valid_time")
    return [expect("t2m", 24.0, {"valid_time": '"2026-01-31T06:00:00Z"', "lat": 10, "lon": 0})]


@quirk("forecast_levels.nc", "forecasts on sigma levels: the terms lie along runs and leads")
def _(path):
    with Tiny(path) as f:
        runs(f, values=[0.0, 6.0])
        leads(f, values=[0.0, 6.0, 12.0])
        f.lat()
        f.lon()
        f.axis("lev", [-0.9, -0.5, -0.1], standard_name="ocean_sigma_coordinate", units="1",
               axis="Z", positive="up", formula_terms="sigma: lev eta: eta depth: depth")
        eta = np.cos(ramp(2, 3, 3, 4))
        f.variable("eta", ("forecast_reference_time", "forecast_period", "lat", "lon"), eta, "f8",
                   units="m")
        f.variable("depth", ("lat", "lon"), 100.0 + ramp(3, 4), "f8", units="m")
        f.field("v", np.sin(ramp(2, 3, 3, 3, 4)) * 10,
                ("forecast_reference_time", "forecast_period", "lev", "lat", "lon"), "f8")
    return []
