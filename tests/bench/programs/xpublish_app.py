"""xpublish with its WMS and EDR plugins over the benchmark's stores; BENCH_DATA says where they are."""
import glob
import os

import xarray
import xpublish
from xpublish_edr import CfEdrPlugin
from xpublish_wms import CfWmsPlugin

sea = os.path.join(os.environ["BENCH_DATA"], "sea")
datasets = {
    "global": xarray.open_mfdataset(sorted(glob.glob(os.path.join(sea, "global", "*.nc"))), chunks={
        "depth": 5}, combine="by_coords", coords="minimal", compat="override"),
    "regional_series": xarray.open_zarr(os.path.join(sea, "regional_series.zarr")),
}
rest = xpublish.Rest(datasets, plugins={"wms": CfWmsPlugin(), "edr": CfEdrPlugin()})
app = rest.app
