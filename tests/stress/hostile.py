#!/usr/bin/env python3
"""Bad input against a running server: the standard's refusal, quickly, in bounded memory.

    tests/stress/hostile.py FOLDER [--address URL]

FOLDER is the `files` of tests/data/make. Each case says which status and code must come back; every
answer must take less than 5 s, and the server's resident memory may grow by 200 MB in all.
"""
import argparse
import http.client
import os
import re
import socket
import subprocess
import sys
import time
import traceback

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle"))
from gyre_oracle.report import Report  # noqa: E402
from gyre_oracle.server import Server  # noqa: E402

SLOWEST_S = 5.0
GROWTH_KB = 200 * 1024
XML = {"Content-Type": "text/xml"}
WCS = "/wcs?SERVICE=WCS&VERSION=2.0.1&REQUEST="
COVER = WCS + "GetCoverage&COVERAGEID=lat_ascending"
MAP = ("/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=lat_ascending/v&STYLES=&CRS=CRS:84"
       "&BBOX=0,0,40,40&WIDTH=64&HEIGHT=64&FORMAT=image/png")
INFO = MAP.replace("GetMap", "GetFeatureInfo") + (
    "&QUERY_LAYERS=lat_ascending/v&INFO_FORMAT=application/json&I=3&J=3")
POST = '<wcs:{} xmlns:wcs="http://www.opengis.net/wcs/2.0" service="WCS" version="2.0.1">{}</wcs:{}>'


def without(url, key):
    return re.sub(f"&{key}=[^&]*", "", url)


def instead(url, key, value):
    return without(url, key) + f"&{key}={value}"


def post(operation, inside):
    return POST.format(operation, inside, operation)


BOMB = ('<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "' + "l" * 1000 + '">'
        + "".join(f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9))
        + "]><lolz>&j;</lolz>")
QUADRATIC = '<!DOCTYPE a [<!ENTITY b "' + "x" * 50_000 + '">]><a>' + "&b;" * 20_000 + "</a>"

# (what, method, target, body, headers, statuses, codes or None)
BAD = (400, 404)
CASES = [
    # ---- WCS: what is asked for does not exist or is malformed
    ("wcs unknown coverage", "GET", COVER.replace("lat_ascending", "nothing"), None, {}, (404,),
     ("NoSuchCoverage",)),
    ("wcs unknown coverage among known", "GET",
     WCS + "DescribeCoverage&COVERAGEID=lat_ascending,nothing", None, {}, (404,),
     ("NoSuchCoverage",)),
    ("wcs no coverage id", "GET", WCS + "GetCoverage", None, {}, (400,),
     ("MissingParameterValue", "emptyCoverageIdList")),
    ("wcs describe without id", "GET", WCS + "DescribeCoverage", None, {}, (400, 404),
     ("MissingParameterValue", "emptyCoverageIdList")),
    ("wcs unknown axis", "GET", COVER + "&SUBSET=nothing(1,2)", None, {}, (404,),
     ("InvalidAxisLabel",)),
    ("wcs the same axis twice", "GET", COVER + "&SUBSET=lat(10,20)&SUBSET=lat(20,30)", None, {},
     BAD, ("InvalidAxisLabel", "InvalidParameterValue", "InvalidSubsetting")),
    ("wcs subset outside", "GET", COVER + "&SUBSET=lat(80,85)", None, {}, (404,),
     ("InvalidSubsetting",)),
    ("wcs low above high", "GET", COVER + "&SUBSET=lat(20,10)", None, {}, BAD,
     ("InvalidSubsetting",)),
    ("wcs malformed number", "GET", COVER + "&SUBSET=lat(1x,2)", None, {}, BAD,
     ("InvalidSubsetting", "InvalidParameterValue")),
    ("wcs NaN", "GET", COVER + "&SUBSET=lat(NaN,2)", None, {}, BAD,
     ("InvalidSubsetting", "InvalidParameterValue")),
    ("wcs huge number", "GET", COVER + "&SUBSET=lat(1e999,2)", None, {}, BAD,
     ("InvalidSubsetting", "InvalidParameterValue")),
    ("wcs unclosed subset", "GET", COVER + "&SUBSET=lat(10,20", None, {}, BAD,
     ("InvalidSubsetting", "InvalidParameterValue", "InvalidEncodingSyntax")),
    ("wcs malformed date", "GET", WCS + "GetCoverage&COVERAGEID=time_single"
     "&SUBSET=time(%222020-13-45%22)", None, {}, BAD,
     ("InvalidSubsetting", "InvalidParameterValue")),
    ("wcs 30 February in Gregorian", "GET", WCS + "GetCoverage&COVERAGEID=time_single"
     "&SUBSET=time(%222020-02-30%22)", None, {}, BAD,
     ("InvalidSubsetting", "InvalidParameterValue")),
    ("wcs a date between steps", "GET", WCS + "GetCoverage&COVERAGEID=time_single"
     "&SUBSET=time(%222020-01-01T13:00:00Z%22)", None, {}, BAD, ("InvalidSubsetting",)),
    ("wcs unknown format", "GET", COVER + "&FORMAT=image/gif", None, {}, (400,),
     ("InvalidParameterValue",)),
    ("wcs unknown field", "GET", COVER + "&RANGESUBSET=nothing", None, {}, BAD, ("NoSuchField",)),
    ("wcs unknown crs", "GET", COVER + "&SUBSETTINGCRS=http://www.opengis.net/def/crs/EPSG/0/999999",
     None, {}, BAD, ("SubsettingCrs-NotSupported",)),
    ("wcs wrong media type", "GET", COVER + "&MEDIATYPE=text/plain", None, {}, (400,),
     ("InvalidParameterValue",)),
    ("wcs unknown operation", "GET", WCS + "GetNothing", None, {}, (400, 501),
     ("OperationNotSupported", "InvalidParameterValue")),
    ("wcs no request", "GET", "/wcs?SERVICE=WCS", None, {}, (400,), ("MissingParameterValue",)),
    ("wcs wrong service", "GET", "/wcs?SERVICE=WFS&REQUEST=GetCapabilities", None, {}, (400,),
     ("InvalidParameterValue",)),
    ("wcs wrong version", "GET", COVER.replace("2.0.1", "9.9.9"), None, {}, (400,),
     ("InvalidParameterValue", "VersionNegotiationFailed")),
    ("wcs acceptversions", "GET", "/wcs?SERVICE=WCS&REQUEST=GetCapabilities&ACCEPTVERSIONS=9.9",
     None, {}, (400,), ("VersionNegotiationFailed",)),
    ("wcs duplicated key", "GET", COVER + "&COVERAGEID=lat_descending", None, {}, (400,),
     ("InvalidParameterValue",)),
    ("wcs %00", "GET", COVER + "%00", None, {}, BAD, ("InvalidParameterValue", "NoSuchCoverage")),
    ("wcs invalid UTF-8", "GET", COVER + "%ff%fe", None, {}, BAD,
     ("InvalidParameterValue", "NoSuchCoverage")),
    ("wcs malformed escape", "GET", COVER + "%zz", None, {}, BAD,
     ("InvalidParameterValue", "NoSuchCoverage")),
    ("wcs a thousand subsets", "GET", COVER + "&SUBSET=lat(1,2)" * 1500, None, {}, (400, 404, 414),
     None),
    ("wcs path in an id", "GET", COVER.replace("lat_ascending", "../../../etc/passwd"), None, {},
     (404, 400), ("NoSuchCoverage", "InvalidParameterValue")),
    # ---- WCS: bodies
    ("post no XML", "POST", "/wcs", "hello", XML, (400,), None),
    ("post broken XML", "POST", "/wcs", "<a><b></a>", XML, (400,), None),
    ("post empty", "POST", "/wcs", "", XML, (400,), None),
    ("post unknown element", "POST", "/wcs", post("GetNothing", ""), XML, (400, 501), None),
    ("post unknown coverage", "POST", "/wcs",
     post("GetCoverage", "<wcs:CoverageId>nothing</wcs:CoverageId>"), XML, (404,),
     ("NoSuchCoverage",)),
    ("post wrong service", "POST", "/wcs", post("GetCoverage", "<wcs:CoverageId>lat_ascending"
     "</wcs:CoverageId>").replace('"WCS"', '"WFS"'), XML, (400,), ("InvalidParameterValue",)),
    ("post billion laughs", "POST", "/wcs", BOMB, XML, (400,), None),
    ("post quadratic blow-up", "POST", "/wcs", QUADRATIC, XML, (400,), None),
    ("post external entity", "POST", "/wcs", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">'
     "]>" + post("GetCoverage", "<wcs:CoverageId>&x;</wcs:CoverageId>"), XML, (400,), None),
    ("post remote DTD", "POST", "/wcs", '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">'
     + post("GetCapabilities", ""), XML, (400,), None),
    ("post XInclude", "POST", "/wcs", post("GetCoverage", '<xi:include xmlns:xi='
     '"http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'), XML, (400,), None),
    ("post deep nesting", "POST", "/wcs", "<a>" * 100_000 + "</a>" * 100_000, XML, (400, 413), None),
    ("post many attributes", "POST", "/wcs", "<a " + " ".join(f'a{i}="1"' for i in range(50_000))
     + "/>", XML, (400, 413, 501), None),
    ("post one long text", "POST", "/wcs", post("GetCoverage", "<wcs:CoverageId>" + "x" * 900_000
     + "</wcs:CoverageId>"), XML, (400, 404, 413), None),
    ("post 50 MB", "POST", "/wcs", b"x" * 50_000_000, XML, (400, 413), None),
    ("post 50 MB to wms", "POST", "/wms", b"x" * 50_000_000, XML, (400, 405, 413, 200), None),
    ("post UTF-16", "POST", "/wcs", post("GetNothing", "").encode("utf-16"), XML, (400, 501), None),
    ("post form", "POST", "/wcs", "SERVICE=WCS&REQUEST=GetNothing",
     {"Content-Type": "application/x-www-form-urlencoded"}, (400, 501), None),
    # ---- WMS: 200 with a service exception is what clients know
    ("wms unknown layer", "GET", instead(MAP, "LAYERS", "nothing"), None, {}, (200, 404, 400),
     ("LayerNotDefined",)),
    ("wms unknown style", "GET", instead(MAP, "STYLES", "nothing"), None, {}, (200, 400),
     ("StyleNotDefined",)),
    ("wms unknown CRS", "GET", instead(MAP, "CRS", "EPSG:999999"), None, {}, (200, 400),
     ("InvalidCRS",)),
    ("wms malformed CRS", "GET", instead(MAP, "CRS", "%2Bproj=lonlat"), None, {}, (200, 400),
     ("InvalidCRS",)),
    ("wms unknown format", "GET", instead(MAP, "FORMAT", "image/bmp"), None, {}, (200, 400),
     ("InvalidFormat",)),
    ("wms huge size", "GET", instead(instead(MAP, "WIDTH", "1000000"), "HEIGHT", "1000000"), None,
     {}, (200, 400), None),
    ("wms overflowing size", "GET", instead(MAP, "WIDTH", "99999999999999999999"), None, {},
     (200, 400), None),
    ("wms size zero", "GET", instead(MAP, "WIDTH", "0"), None, {}, (200, 400), None),
    ("wms negative size", "GET", instead(MAP, "WIDTH", "-5"), None, {}, (200, 400), None),
    ("wms no bbox", "GET", without(MAP, "BBOX"), None, {}, (200, 400), ("MissingParameterValue",)),
    ("wms bbox of three", "GET", instead(MAP, "BBOX", "1,2,3"), None, {}, (200, 400), None),
    ("wms bbox upside down", "GET", instead(MAP, "BBOX", "0,40,40,0"), None, {}, (200, 400), None),
    ("wms bbox NaN", "GET", instead(MAP, "BBOX", "nan,0,40,40"), None, {}, (200, 400), None),
    ("wms bbox infinite", "GET", instead(MAP, "BBOX", "-inf,0,inf,40"), None, {}, (200, 400), None),
    ("wms no version", "GET", without(MAP, "VERSION"), None, {}, (200, 400),
     ("MissingParameterValue", "InvalidParameterValue")),
    ("wms unknown operation", "GET", MAP.replace("GetMap", "GetNothing"), None, {}, (200, 400, 501),
     ("OperationNotSupported",)),
    ("wms malformed time", "GET", instead(MAP, "LAYERS", "time_single/v") + "&TIME=yesterday", None,
     {}, (200, 400), ("InvalidDimensionValue", "InvalidParameterValue")),
    ("wms time outside", "GET", instead(MAP, "LAYERS", "time_single/v") + "&TIME=1066-10-14", None,
     {}, (200, 400), ("InvalidDimensionValue",)),
    ("wms malformed elevation", "GET", instead(MAP, "LAYERS", "depth_down/v") + "&ELEVATION=deep",
     None, {}, (200, 400), ("InvalidDimensionValue", "InvalidParameterValue")),
    ("wms many layers", "GET", instead(MAP, "LAYERS", ",".join(["lat_ascending/v"] * 3000)), None,
     {}, (200, 400, 414), None),
    ("wms bad colour", "GET", MAP + "&BGCOLOR=0xZZZZZZ", None, {}, (200, 400), None),
    ("wms %00 in a layer", "GET", instead(MAP, "LAYERS", "a%00b"), None, {}, (200, 400, 404), None),
    ("wms point outside", "GET", instead(INFO, "I", "64"), None, {}, (200, 400), ("InvalidPoint",)),
    ("wms negative point", "GET", instead(INFO, "I", "-1"), None, {}, (200, 400), ("InvalidPoint",)),
    ("wms layer not queried", "GET", instead(INFO, "QUERY_LAYERS", "nothing"), None, {},
     (200, 400, 404), ("LayerNotDefined",)),
    ("wms info format", "GET", instead(INFO, "INFO_FORMAT", "text/nothing"), None, {}, (200, 400),
     ("InvalidFormat",)),
    ("wms 1.1.1 unknown SRS", "GET", MAP.replace("1.3.0", "1.1.1").replace("CRS=CRS:84",
     "SRS=EPSG:999999"), None, {}, (200, 400), ("InvalidSRS",)),
    # ---- HTTP
    ("unknown path", "GET", "/nothing", None, {}, (404,), None),
    ("path upwards", "GET", "/../../etc/passwd", None, {}, (400, 404), None),
    ("path upwards, escaped", "GET", "/wcs/..%2f..%2fetc%2fpasswd", None, {}, (400, 404), None),
    ("path with %00", "GET", "/wcs%00", None, {}, (400, 404), None),
    ("path invalid UTF-8", "GET", "/%ff%fe", None, {}, (400, 404), None),
    ("query of 1 MB", "GET", COVER + "&x=" + "y" * 1_000_000, None, {}, (400, 413, 414), None),
    ("query of 60 kB of keys", "GET", "/wcs?" + "a=1&" * 15_000, None, {}, (400, 414), None),
    ("method unknown", "BREW", "/wcs", None, {}, (400, 405, 501), None),
    ("method DELETE", "DELETE", "/wcs", None, {}, (400, 403, 405, 501), None),
    ("header of 100 kB", "GET", "/wcs", None, {"X-Long": "y" * 100_000}, (400, 414, 431, 494), None),
    ("wrong content length", "RAW", "POST /wcs HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
     None, {}, (400,), None),
    ("malformed chunks", "RAW", "POST /wcs HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
     "Connection: close\r\n\r\nzz\r\n", None, {}, (400,), None),
    ("hostile host header", "GET", "/wcs?SERVICE=WCS&REQUEST=GetCapabilities", None,
     {"Host": "evil.example.org\"><script>"}, (200, 400), None),
]
# Words that no client may ever read.
SECRETS = (b"root:x:", b"/tmp/", b"libgyre", b"terminate called", b"std::", b"H5F", b"NC_E",
           b"evil.example.org", b"<script>")


def ask(address, method, target, body, headers):
    """(status, body, seconds)"""
    start = time.time()
    if method == "RAW":
        with socket.create_connection(address, timeout=30) as link:
            link.sendall(target.encode())
            link.shutdown(socket.SHUT_WR)
            answer = b""
            while part := link.recv(65536):
                answer += part
        status = int(answer.split()[1]) if answer else 400
        return status, answer, time.time() - start
    connection = http.client.HTTPConnection(*address, timeout=60)
    try:
        try:
            connection.request(method, target, body, headers)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all of the body was sent: the answer is there all the same
        answer = connection.getresponse()
        return answer.status, answer.read(), time.time() - start
    finally:
        connection.close()


def problem_of(status, body, seconds, statuses, codes):
    if status not in statuses:
        return f"status {status}, expected {statuses}: {body[:200]!r}"
    if seconds > SLOWEST_S:
        return f"took {seconds:.1f} s"
    for secret in SECRETS:
        if secret in body:
            return f"answer holds {secret!r}: {body[:300]!r}"
    if codes:
        found = re.search(rb'(?:exceptionCode|code)="([^"]*)"', body)
        code = found.group(1).decode() if found else None
        if code not in codes:
            return f"code {code}, expected {codes}: {body[:300]!r}"
    return None


def memory_kb(root_pid):
    """Resident memory of a process and all below it."""
    table = subprocess.run(["ps", "-eo", "pid,ppid,rss"], capture_output=True, text=True,
                           check=True).stdout.split("\n")[1:]
    rows = [tuple(map(int, row.split())) for row in table if row.strip()]
    wanted, total = {root_pid}, 0
    for pid, parent, rss in sorted(rows):
        if pid in wanted or parent in wanted:
            wanted.add(pid)
            total += rss
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--address", help="of a running server for that folder")
    arguments = parser.parse_args()
    report = Report()
    with Server(arguments.folder, address=arguments.address) as server:
        host, port = server.base.split("//")[1].split(":")
        address = (host, int(port))
        pid = server.process.pid if server.process else os.getpid()
        for round_number in range(2):  # the second shows what the first left behind
            before = memory_kb(pid)
            for what, method, target, body, headers, statuses, codes in CASES:
                try:
                    problem = problem_of(*ask(address, method, target, body, headers), statuses,
                                         codes)
                except (OSError, http.client.HTTPException, ValueError):
                    problem = "no answer: " + traceback.format_exc(limit=1)
                if round_number == 0:
                    report.count("hostile", what, problem, f"{method} {str(target)[:200]}")
            growth = memory_kb(pid) - before
            print(f"resident memory grew by {growth / 1024:.0f} MB")
            report.count("memory", f"round {round_number + 1}", None if growth < GROWTH_KB else
                         f"grew by {growth / 1024:.0f} MB")
        good = server.get("/wcs", [("SERVICE", "WCS"), ("REQUEST", "GetCapabilities")])
        report.count("after all", "a good request", None if good.status_code == 200 else
                     f"status {good.status_code}")
    return report.table()


if __name__ == "__main__":
    sys.exit(main())
