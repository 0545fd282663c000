"""titiler-xarray as its documentation sets it up: /zarr by its default reader, /nc by that for files."""
from fastapi import FastAPI
from titiler.core.errors import DEFAULT_STATUS_CODES, add_exception_handlers
from titiler.xarray.factory import TilerFactory
from titiler.xarray.io import FsReader

app = FastAPI()
app.include_router(TilerFactory(router_prefix="/zarr").router, prefix="/zarr")
app.include_router(TilerFactory(reader=FsReader, router_prefix="/nc").router, prefix="/nc")
add_exception_handlers(app, DEFAULT_STATUS_CODES)


@app.get("/healthz")
def health():
    return {"well": True}
