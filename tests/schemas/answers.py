#!/usr/bin/env python3
"""Every kind of XML answer against the official schemas.

    tests/schemas/answers.py FOLDER --schemas DIR [--answers DIR] [--validate PROGRAM] [--address URL]

Asks a server for FOLDER (the `files` of tests/data/make) for capabilities, descriptions, coverages
in GML, feature info and exceptions of every version and binding; adds what lies in the --answers
folder; validates all by gyre-validate, and WMS 1.1.1 by its DTDs. Then spoils some answers and
expects them to be refused: a validator that accepts everything would prove nothing.
"""
import argparse
import email
import os
import re
import shutil
import subprocess
import sys
import tempfile

from lxml import etree

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "oracle"))
from gyre_oracle import wcs  # noqa: E402
from gyre_oracle.report import Report  # noqa: E402
from gyre_oracle.server import ROOT, Server  # noqa: E402

GML = "application/gml+xml"
POST = ('<wcs:{0} xmlns:wcs="http://www.opengis.net/wcs/2.0" service="WCS" version="2.0.1">{1}'
        "</wcs:{0}>")
# WMS 1.1.1 has DTDs; OGC publishes two generations of each, these are the later ones.
DTDS = {"WMT_MS_Capabilities": "ogc/wms/1.1.1/capabilities_1_1_1.dtd",
        "ServiceExceptionReport": "ogc/wms/1.1.1/exception_1_1_1.dtd"}


def wcs_questions(ids):
    capabilities = [("SERVICE", "WCS"), ("REQUEST", "GetCapabilities")]
    yield "wcs capabilities", capabilities
    for section in ("ServiceIdentification", "ServiceProvider", "OperationsMetadata", "Contents",
                    "ServiceMetadata", "All", "Contents,ServiceIdentification"):
        yield f"wcs capabilities {section}", capabilities + [("SECTIONS", section)]
    for language in ("en", "fr", "xx"):
        yield f"wcs capabilities {language}", capabilities + [("ACCEPTLANGUAGES", language)]
    yield "wcs several descriptions", wcs.key_values("DescribeCoverage", COVERAGEID=",".join(ids[:5]))
    for name in ids:
        yield f"wcs describe {name}", wcs.key_values("DescribeCoverage", COVERAGEID=name)
    wrong = [
        ("no request", [("SERVICE", "WCS")]),
        ("unknown operation", wcs.key_values("GetNothing")),
        ("unknown coverage", wcs.key_values("DescribeCoverage", COVERAGEID="nothing")),
        ("unknown axis", wcs.key_values("GetCoverage", COVERAGEID=ids[0], SUBSET="nothing(1)")),
        ("outside", wcs.key_values("GetCoverage", COVERAGEID=ids[0], SUBSET="lat(89.9)")),
        ("unknown field", wcs.key_values("GetCoverage", COVERAGEID=ids[0], RANGESUBSET="nothing")),
        ("unknown format", wcs.key_values("GetCoverage", COVERAGEID=ids[0], FORMAT="a/b")),
        ("unknown crs", wcs.key_values("GetCoverage", COVERAGEID=ids[0], SUBSETTINGCRS="a")),
        ("odd characters", wcs.key_values("GetCoverage", COVERAGEID="<&\"'>\u0001é")),
        ("version", [("SERVICE", "WCS"), ("REQUEST", "GetCapabilities"),
                     ("ACCEPTVERSIONS", "9.9.9")]),
    ]
    for what, parameters in wrong:
        yield "wcs exception " + what, parameters


def wms_questions(layers):
    for version in ("1.3.0", "1.1.1"):
        common = [("SERVICE", "WMS"), ("VERSION", version)]
        yield f"wms {version} capabilities", common + [("REQUEST", "GetCapabilities")]
        crs = ("CRS", "CRS:84") if version == "1.3.0" else ("SRS", "EPSG:4326")
        picture = common + [("REQUEST", "GetMap"), ("STYLES", ""), crs, ("BBOX", "0,0,40,40"),
                            ("WIDTH", "20"), ("HEIGHT", "20"), ("FORMAT", "image/png")]
        yield f"wms {version} exception layer", picture + [("LAYERS", "nothing")]
        yield f"wms {version} exception odd", picture + [("LAYERS", "<&\"'>\u0001é")]
        yield f"wms {version} exception operation", common + [("REQUEST", "GetNothing")]
        yield f"wms {version} exception none", common
        yield f"wms {version} exception size", picture[:-3] + [
            ("LAYERS", layers[0]), ("WIDTH", "-1"), ("HEIGHT", "1"), ("FORMAT", "image/png")]
        point = ("I", "J") if version == "1.3.0" else ("X", "Y")
        for media_type in ("application/vnd.ogc.gml", "text/xml"):
            yield f"wms {version} info {media_type}", [
                ("REQUEST", "GetFeatureInfo") if k == "REQUEST" else (k, v) for k, v in picture
            ] + [("LAYERS", layers[0]), ("QUERY_LAYERS", layers[0]), ("INFO_FORMAT", media_type),
                 (point[0], "9"), (point[1], "9")]


def gml_questions(ids):
    """Coverages as GML inline, as multipart, by POST."""
    for name in ids:
        for media in (None, "multipart/related"):
            parameters = wcs.key_values("GetCoverage", COVERAGEID=name, FORMAT=GML if media is None
                                        else wcs.NETCDF)
            if media:
                parameters.append(("MEDIATYPE", media))
            yield f"wcs gml {'inline' if media is None else 'multipart'} {name}", parameters


def posts(ids):
    describe = "".join(f"<wcs:CoverageId>{i}</wcs:CoverageId>" for i in ids[:3])
    yield "post describe", POST.format("DescribeCoverage", describe)
    yield "post capabilities", POST.format("GetCapabilities", "").replace(' version="2.0.1"', "")
    yield "post gml", POST.format("GetCoverage", f"<wcs:CoverageId>{ids[0]}</wcs:CoverageId>"
                                  f"<wcs:format>{GML}</wcs:format>")
    yield "post exception", POST.format("GetCoverage", "<wcs:CoverageId>nothing</wcs:CoverageId>")
    yield "post broken", "<a><b></a>"


def xml_part(answer):
    """The XML of an answer: all of it, or the first part of a multipart one; None when picture."""
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("multipart/"):
        message = email.message_from_bytes(
            b"Content-Type: " + kind.encode() + b"\r\n\r\n" + answer.content)
        return message.get_payload()[0].get_payload(decode=True)
    return answer.content if "xml" in kind or answer.content[:1] == b"<" else None


class Checker:
    def __init__(self, schemas, program, report):
        self.schemas, self.program, self.report = schemas, program, report
        self.folder = tempfile.mkdtemp(prefix="gyre-answers-")
        self.names = {}

    def add(self, name, body):
        path = os.path.join(self.folder, f"{len(self.names):05d}.xml")
        with open(path, "wb") as file:
            file.write(body)
        self.names[path] = name

    def problems(self, paths):
        """What gyre-validate says of each file."""
        found = {path: [] for path in paths}
        ran = subprocess.run([self.program, self.schemas, "-"], input="\n".join(paths), text=True,
                             capture_output=True, timeout=600, check=False)
        if ran.returncode == 2:
            raise RuntimeError(ran.stderr)
        for line in ran.stdout.splitlines():
            path, _, text = line.partition(".xml:")
            if path + ".xml" in found:
                found[path + ".xml"].append(text)
        return found

    def run(self):
        by_schema = []
        for path, name in self.names.items():
            try:
                root = etree.parse(path, etree.XMLParser(load_dtd=False, no_network=True,
                                                         resolve_entities=False)).getroot()
            except etree.XMLSyntaxError as error:
                self.report.count("well-formed", name, str(error))
                continue
            plain = etree.QName(root)
            if plain.localname in DTDS and not plain.namespace:
                self.check_dtd(path, name, root)
            elif root.get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation") is None and (
                    " info " in name):
                self.report.count("well-formed", name)  # a feature without schema of its own
            else:
                by_schema.append(path)
        for path, problems in self.problems(by_schema).items():
            self.report.count("schema", self.names[path], "; ".join(problems[:3]) or None,
                              os.path.basename(path))
        return by_schema

    def check_dtd(self, path, name, root):
        with open(os.path.join(self.schemas, DTDS[root.tag]), "rb") as file:
            dtd = etree.DTD(file)
        valid = dtd.validate(root)
        self.report.count("DTD", name, None if valid else str(dtd.error_log)[:300], path)

    def spoil(self, paths):
        """Answers with one thing wrong must be refused."""
        changes = [(b"CoverageId>", b"CoverageIdd>"), (b"ows:Title>", b"ows:Titel>"),
                   (b"<gml:lowerCorner>", b"<gml:lowerCorner>x "),
                   (b'exceptionCode="', b'exceptionkode="'), (b"<swe:uom", b"<swe:unit"),
                   (b"<Layer", b"<Lajer")]
        for old, new in changes:
            for path in paths:
                with open(path, "rb") as file:
                    body = file.read()
                if old not in body:
                    continue
                spoilt = os.path.join(self.folder, "spoilt.xml")
                with open(spoilt, "wb") as file:
                    file.write(body.replace(old, new))
                refused = self.problems([spoilt])[spoilt]
                self.report.count("spoilt", old.decode(), None if refused else "accepted",
                                  self.names[path])
                break
            else:
                self.report.count("spoilt", old.decode(), "no answer holds this text")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--schemas", required=True, help="made by schemas/install")
    parser.add_argument("--answers", help="a folder of more answers to validate")
    parser.add_argument("--validate", default=os.path.join(ROOT, "build/release/bin/gyre-validate"))
    parser.add_argument("--address")
    arguments = parser.parse_args()
    report = Report()
    checker = Checker(arguments.schemas, arguments.validate, report)
    with Server(arguments.folder, address=arguments.address) as server:
        ids = wcs.coverage_ids(server)
        first = "lat_ascending" if "lat_ascending" in ids else ids[0]
        ids.insert(0, ids.pop(ids.index(first)))
        questions = [("/wcs", n, p) for n, p in wcs_questions(ids)]
        questions += [("/wms", n, p) for n, p in wms_questions([first + "/v"])]
        questions += [("/wcs", n, p) for n, p in gml_questions(ids[:60])]
        questions += [(f"/wcs/{first}", "scoped wcs capabilities",
                       [("SERVICE", "WCS"), ("REQUEST", "GetCapabilities")]),
                      (f"/wms/{first}", "scoped wms capabilities",
                       [("SERVICE", "WMS"), ("REQUEST", "GetCapabilities")])]
        for path, name, parameters in questions:
            body = xml_part(server.get(path, parameters))
            if body is None:
                report.count("well-formed", name, "no XML came back")
            else:
                checker.add(name, body)
        for name, document in posts(ids):
            answer = server.session().post(server.base + "/wcs", data=document.encode(), timeout=60,
                                           headers={"Content-Type": "text/xml"})
            body = xml_part(answer)
            if body is None:
                report.count("well-formed", name, f"no XML: {answer.headers}")
            else:
                checker.add(name, body)
    if arguments.answers and os.path.isdir(arguments.answers):
        for name in sorted(os.listdir(arguments.answers)):
            with open(os.path.join(arguments.answers, name), "rb") as file:
                checker.add(re.sub(r"\.xml$", "", name), file.read())
    checker.spoil(checker.run())
    shutil.rmtree(checker.folder)
    return report.table()


if __name__ == "__main__":
    sys.exit(main())
