"""Grid mappings (CF 5.6, appendix F). Positions are on the grid's own axes."""
from .tiny import Tiny, expect, quirk, ramp

X = [-500000.0, -250000.0, 0.0, 250000.0]
Y = [300000.0, 0.0, -300000.0]


def projected(path, mapping, x=None, y=None, units="m", link="crs", shape=None):
    x, y = x or X, y or Y
    with Tiny(path) as f:
        f.axis("y", y, units=units, standard_name="projection_y_coordinate", axis="Y")
        f.axis("x", x, units=units, standard_name="projection_x_coordinate", axis="X")
        f.variable("crs", (), 0, "i4", **mapping)
        f.field("v", ramp(3, 4), ("y", "x"), grid_mapping=link)
    return [expect("v", 1.0, {"y": y[0], "x": x[1]}), expect("v", 11.0, {"y": y[2], "x": x[3]})]


@quirk("polar_stereographic_north.nc", "polar stereographic by standard_parallel")
def _(path):
    return projected(path, {"grid_mapping_name": "polar_stereographic", "standard_parallel": 70.0,
                            "straight_vertical_longitude_from_pole": -45.0,
                            "latitude_of_projection_origin": 90.0, "semi_major_axis": 6378137.0,
                            "inverse_flattening": 298.257223563})


@quirk("polar_stereographic_south.nc", "polar stereographic over Antarctica")
def _(path):
    return projected(path, {"grid_mapping_name": "polar_stereographic", "standard_parallel": -71.0,
                            "straight_vertical_longitude_from_pole": 0.0,
                            "latitude_of_projection_origin": -90.0, "semi_major_axis": 6378137.0,
                            "inverse_flattening": 298.257223563})


@quirk("lambert_conformal.nc", "Lambert conformal, two parallels, a sphere, axes in km")
def _(path):
    return projected(path, {"grid_mapping_name": "lambert_conformal_conic",
                            "standard_parallel": [30.0, 60.0],
                            "longitude_of_central_meridian": 15.0,
                            "latitude_of_projection_origin": 45.0, "earth_radius": 6371229.0},
                     [-500.0, -250.0, 0.0, 250.0], [300.0, 0.0, -300.0], "km")


@quirk("lambert_azimuthal.nc", "ETRS89-LAEA by its attributes")
def _(path):
    return projected(path, {"grid_mapping_name": "lambert_azimuthal_equal_area",
                            "longitude_of_projection_origin": 10.0,
                            "latitude_of_projection_origin": 52.0, "false_easting": 4321000.0,
                            "false_northing": 3210000.0, "semi_major_axis": 6378137.0,
                            "inverse_flattening": 298.257222101},
                     [4000000.0, 4100000.0, 4200000.0, 4300000.0],
                     [3000000.0, 3100000.0, 3200000.0])


@quirk("mercator.nc", "Mercator with a scale factor")
def _(path):
    return projected(path, {"grid_mapping_name": "mercator", "longitude_of_projection_origin": 100.0,
                            "scale_factor_at_projection_origin": 1.0,
                            "semi_major_axis": 6378137.0, "inverse_flattening": 298.257223563})


@quirk("transverse_mercator.nc", "UTM 32 by its attributes")
def _(path):
    return projected(path, {"grid_mapping_name": "transverse_mercator",
                            "scale_factor_at_central_meridian": 0.9996,
                            "longitude_of_central_meridian": 9.0,
                            "latitude_of_projection_origin": 0.0, "false_easting": 500000.0,
                            "false_northing": 0.0, "semi_major_axis": 6378137.0,
                            "inverse_flattening": 298.257223563},
                     [400000.0, 410000.0, 420000.0, 430000.0], [5200000.0, 5210000.0, 5220000.0])


@quirk("albers.nc", "Albers' conic")
def _(path):
    return projected(path, {"grid_mapping_name": "albers_conical_equal_area",
                            "standard_parallel": [29.5, 45.5],
                            "longitude_of_central_meridian": -96.0,
                            "latitude_of_projection_origin": 37.5, "semi_major_axis": 6378137.0,
                            "inverse_flattening": 298.257223563})


@quirk("sinusoidal.nc", "sinusoidal on a sphere")
def _(path):
    return projected(path, {"grid_mapping_name": "sinusoidal",
                            "longitude_of_projection_origin": 0.0, "earth_radius": 6371007.181})


@quirk("extended_mapping.nc", "grid_mapping in the long form, 'crs: x y'")
def _(path):
    return projected(path, {"grid_mapping_name": "lambert_azimuthal_equal_area",
                            "longitude_of_projection_origin": 0.0,
                            "latitude_of_projection_origin": 90.0, "earth_radius": 6371228.0},
                     link="crs: x y")


WKT = """PROJCRS["Azimuthal",BASEGEOGCRS["sphere",DATUM["sphere",ELLIPSOID["sphere",6371228,0]]],
CONVERSION["LAEA",METHOD["Lambert Azimuthal Equal Area",ID["EPSG",9820]],
PARAMETER["Latitude of natural origin",90,ANGLEUNIT["degree",0.0174532925199433]],
PARAMETER["Longitude of natural origin",0,ANGLEUNIT["degree",0.0174532925199433]],
PARAMETER["False easting",0,LENGTHUNIT["metre",1]],
PARAMETER["False northing",0,LENGTHUNIT["metre",1]]],
CS[Cartesian,2],AXIS["(E)",south],AXIS["(N)",south],LENGTHUNIT["metre",1]]""".replace("\n", "")
SINUSOIDAL = "+proj=sinu +lon_0=0 +R=6371007.181 +units=m +no_defs"


@quirk("wkt_only.nc", "a projection told by crs_wkt alone")
def _(path):
    return projected(path, {"crs_wkt": WKT})


@quirk("wkt_only_km.nc", "crs_wkt in metres, axes in km")
def _(path):
    return projected(path, {"spatial_ref": WKT}, [-500.0, -250.0, 0.0, 250.0],
                     [300.0, 0.0, -300.0], "km")


@quirk("proj4_only.nc", "a projection told by a PROJ string alone")
def _(path):
    return projected(path, {"proj4": SINUSOIDAL})


@quirk("crs_on_the_field.nc", "a projection told by an attribute of the field itself")
def _(path):
    with Tiny(path) as f:
        f.axis("y", Y, units="metre", standard_name="projection_y_coordinate", axis="Y")
        f.axis("x", X, units="metre", standard_name="projection_x_coordinate", axis="X")
        f.field("v", ramp(3, 4), ("y", "x"), crs=SINUSOIDAL)
    return [expect("v", 1.0, {"y": Y[0], "x": X[1]}), expect("v", 11.0, {"y": Y[2], "x": X[3]})]


@quirk("mapping_unnamed.nc", "the one grid mapping that no field names")
def _(path):
    with Tiny(path) as f:
        f.axis("y", Y, units="m", standard_name="projection_y_coordinate", axis="Y")
        f.axis("x", X, units="m", standard_name="projection_x_coordinate", axis="X")
        f.variable("spatial_ref", (), 0, "i4", crs_wkt=WKT)
        f.field("v", ramp(3, 4), ("y", "x"))
    return [expect("v", 1.0, {"y": Y[0], "x": X[1]})]


@quirk("geostationary.nc", "scan angles in radians")
def _(path):
    return projected(path, {"grid_mapping_name": "geostationary",
                            "longitude_of_projection_origin": 0.0,
                            "perspective_point_height": 35785831.0,
                            "semi_major_axis": 6378137.0, "inverse_flattening": 298.257223563,
                            "sweep_angle_axis": "y"},
                     [-0.1, 0.0, 0.1, 0.14], [0.1, 0.0, -0.1], "rad")


@quirk("rotated_pole_proj4.nc", "rotated pole told by a PROJ string")
def _(path):
    with Tiny(path) as f:
        f.axis("rlat", [-1.0, 0.0, 1.0], units="degrees", standard_name="grid_latitude", axis="Y")
        f.axis("rlon", [-2.0, -1.0, 0.0, 1.0], units="degrees", standard_name="grid_longitude",
               axis="X")
        f.variable("crs", (), 0, "i4", proj4="+proj=ob_tran +o_proj=longlat +o_lat_p=39.25 "
                   "+o_lon_p=0 +lon_0=18 +R=6371229")
        f.field("v", ramp(3, 4), ("rlat", "rlon"), grid_mapping="crs")
    return [expect("v", 6.0, {"rlat": 0, "rlon": 0})]


@quirk("rotated_pole.nc", "rotated pole, degrees of the rotated grid")
def _(path):
    with Tiny(path) as f:
        f.axis("rlat", [-1.0, 0.0, 1.0], units="degrees", standard_name="grid_latitude", axis="Y")
        f.axis("rlon", [-2.0, -1.0, 0.0, 1.0], units="degrees", standard_name="grid_longitude",
               axis="X")
        f.variable("rotated_pole", (), b"", "S1",
                   grid_mapping_name="rotated_latitude_longitude", grid_north_pole_latitude=39.25,
                   grid_north_pole_longitude=-162.0)
        f.field("v", ramp(3, 4), ("rlat", "rlon"), grid_mapping="rotated_pole")
    return [expect("v", 6.0, {"rlat": 0, "rlon": 0})]


@quirk("geographic_sphere.nc", "latitude_longitude on a sphere of its own")
def _(path):
    with Tiny(path) as f:
        f.lat()
        f.lon()
        f.variable("crs", (), 0, "i4", grid_mapping_name="latitude_longitude",
                   earth_radius=6371229.0)
        f.field("v", ramp(3, 4), grid_mapping="crs")
    return [expect("v", 5.0, {"lat": 20, "lon": 10})]


@quirk("mapping_missing.nc", "grid_mapping names a variable that is not there")
def _(path):
    with Tiny(path) as f:
        f.lat()
        f.lon()
        f.field("v", ramp(3, 4), grid_mapping="nowhere")
    return [expect("v", 5.0, {"lat": 20, "lon": 10})]
