"""File and variable names that are no XML names, and ids that collide (DESIGN 2)."""
from .tiny import Tiny, expect, quirk, ramp

HERE = {"lat": 20, "lon": 10}


def one_field(path, start=0, name="v"):
    with Tiny(path) as f:
        f.lat()
        f.lon()
        f.field(name, ramp(3, 4, start=start))
    return expect(name, float(start + 5), HERE)


@quirk("2t daily.nc", "a leading digit and a blank in the file name")
def _(path):
    return [{**one_field(path), "id": "_2t_daily"}]


@quirk("température.nc", "UTF-8 in the file name")
def _(path):
    return [one_field(path)]


@quirk("dots.in.name.v1.2.nc", "dots in the file name: only the last one begins the extension")
def _(path):
    return [{**one_field(path), "id": "dots.in.name.v1.2"}]


@quirk("deep/er/grid.nc", "folders become dots")
def _(path):
    return [{**one_field(path), "id": "deep.er.grid"}]


@quirk("a-b.nc", "must not be mixed up with a_b.nc")
def _(path):
    return [{**one_field(path, 100)}]


@quirk("a_b.nc", "the twin of a-b.nc")
def _(path):
    return [{**one_field(path, 200)}]


@quirk("c d.nc", "collides with c_d.nc: both get a hash")
def _(path):
    return [{**one_field(path, 300), "collides": "c_d"}]


@quirk("c_d.nc", "collides with 'c d.nc': both get a hash")
def _(path):
    return [{**one_field(path, 400), "collides": "c_d"}]


@quirk("variable_names.nc", "variables with a leading digit, a blank, a dot, UTF-8")
def _(path):
    names = ["2t", "sea temp", "v.1", "température", "plus+minus"]
    with Tiny(path) as f:
        f.lat()
        f.lon()
        for number, name in enumerate(names):
            f.field(name, ramp(3, 4, start=100 * number))
    return [expect(name, float(100 * number + 5), HERE) for number, name in enumerate(names)]
