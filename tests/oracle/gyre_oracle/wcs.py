"""WCS 2.0.1 as a client: what is offered, and GetCoverage."""
import dataclasses
import os
import re

from lxml import etree

NS = {"wcs": "http://www.opengis.net/wcs/2.0", "gml": "http://www.opengis.net/gml/3.2",
      "gmlcov": "http://www.opengis.net/gmlcov/1.0", "swe": "http://www.opengis.net/swe/2.0",
      "ows": "http://www.opengis.net/ows/2.0", "rgrid": "http://www.opengis.net/gml/3.3/rgrid"}
NETCDF = "application/netcdf"
TIFF = "image/tiff"
ZARR = "application/vnd.zarr+zip"
COG = "image/tiff;application=geotiff;profile=cloud-optimized"


@dataclasses.dataclass
class Offered:
    """One coverage as DescribeCoverage tells it."""
    id: str
    labels: list
    fields: list
    grid_labels: list = dataclasses.field(default_factory=list)
    plane: bool = False  # longitudes and latitudes span both x and y
    mesh: bool = False  # both span one axis


def key_values(request, **more):
    return [("SERVICE", "WCS"), ("VERSION", "2.0.1"), ("REQUEST", request), *more.items()]


def save(answers, name, body):
    if answers:
        os.makedirs(answers, exist_ok=True)
        with open(os.path.join(answers, re.sub(r"[^\w.-]", "_", name)), "wb") as file:
            file.write(body)


def coverage_ids(server, answers=None):
    answer = server.get("/wcs", [("SERVICE", "WCS"), ("REQUEST", "GetCapabilities")])
    answer.raise_for_status()
    save(answers, "wcs-capabilities.xml", answer.content)
    document = etree.fromstring(answer.content)
    return [node.text for node in document.iterfind(".//wcs:CoverageId", NS)]


def describe(server, identifier, answers=None):
    answer = server.get("/wcs", key_values("DescribeCoverage", COVERAGEID=identifier))
    if answer.status_code != 200:
        raise RuntimeError(f"DescribeCoverage {identifier}: {answer.status_code} {answer.text[:300]}")
    save(answers, f"wcs-describe-{identifier}.xml", answer.content)
    node = etree.fromstring(answer.content).find(".//wcs:CoverageDescription", NS)
    envelope = node.find("gml:boundedBy/*", NS)
    labels = envelope.get("axisLabels").split()
    fields = [f.get("name") for f in node.iterfind(".//swe:field", NS)]
    grid_labels = (node.findtext(".//gml:axisLabels", "", NS)).split()
    spanned = [text.text.split() for text in node.iterfind(".//rgrid:gridAxesSpanned", NS)]
    plane = any(len(axes) > 1 for axes in spanned) or node.find(
        ".//rgrid:ReferenceableGridByTransformation", NS) is not None
    mesh = len(spanned) > 1 and spanned[0] == spanned[1] and len(spanned[0]) == 1
    return Offered(identifier, labels, fields, grid_labels, plane, mesh)


def get_coverage(server, identifier, subsets, fields=None, media_type=NETCDF, **more):
    parameters = key_values("GetCoverage", COVERAGEID=identifier, FORMAT=media_type, **more)
    parameters += [("SUBSET", subset) for subset in subsets]
    if fields:
        parameters.append(("RANGESUBSET", ",".join(fields)))
    return server.get("/wcs", parameters)


def exception_of(answer):
    """(code, locator, text) of an ows:ExceptionReport; None when it is none."""
    try:
        node = etree.fromstring(answer.content).find("ows:Exception", NS)
        return node.get("exceptionCode"), node.get("locator"), " ".join(node.itertext()).strip()
    except (etree.XMLSyntaxError, AttributeError):
        return None


def xml_name(text):
    """A file's name made an NCName, as DESIGN 2 makes ids: for finding what is what."""
    text = re.sub(r"[^\w.-]", "_", text, flags=re.ASCII)
    return text if re.match(r"[A-Za-z_]", text) else "_" + text


def dataset_id(relative_path):
    """The id of a file below the data root (collisions aside)."""
    if relative_path.endswith(".zarr.zip"):
        relative_path = relative_path.removesuffix(".zip")
    return xml_name(os.path.splitext(relative_path)[0].replace(os.sep, "."))
