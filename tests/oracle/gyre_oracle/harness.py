"""What the harnesses that ask coverage by coverage have in common: arguments, server, processes."""
import argparse
import os

from . import holdings
from .report import Report, in_processes
from .server import Server


def run(description, work, *, chosen=lambda coverage: True, requests=20, keep=False, told=None,
        vectors=False):
    """work(server, report, coverage, arguments) for each chosen coverage of the folder; the exit
    status. `told` names the coverages that are counted first; `keep` allows pictures to be kept;
    `vectors` asks for the coverages of vectors, and no others."""
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--requests", type=int, default=requests)
    parser.add_argument("--only", help="a part of the file's name")
    parser.add_argument("--address", help="of a running server for that folder")
    if keep:
        parser.add_argument("--keep", help="folder for the pictures, to look at")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    if keep and arguments.keep:
        os.makedirs(arguments.keep, exist_ok=True)
    report = Report()
    with Server(arguments.folder, address=arguments.address) as server:
        coverages, _ = holdings.published(server, arguments.folder, vectors=vectors)
        coverages = [c for c in coverages if chosen(c)]
        if arguments.only:
            coverages = [c for c in coverages if arguments.only in c.subject]
        if told:
            print(f"{len(coverages)} {told}")
        in_processes(report, coverages,
                     lambda own, coverage: work(server, own, coverage, arguments))
    return report.table()
