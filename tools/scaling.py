#!/usr/bin/env python3
"""What an update costs on many ranks, by a model of the exchange (docs/scaling.md).

Usage: tools/scaling.py --parameters P --seconds S [--weak] [--overlap 0..1] [--network NAME=BYTES_A_SECOND,LATENCY ...]

--seconds is an update of the whole batch on one rank, measured (the optimiser, which is not shared, counts with the passes); the batch
is shared (strong), or each rank has a batch of its own (--weak).
An exchange is a sum by halves and back: every rank sends 2 (n-1)/n x 4 P bytes in 2 log2(n) messages. --overlap is the part of an
update during which the exchange may run beside the passes; today it is 0.
"""
import argparse
import math

NETWORKS = {"10 Gbit/s": (1.1e9, 30e-6), "100 Gbit/s": (11e9, 5e-6), "NVLink": (300e9, 5e-6)}


def exchange_seconds(parameters: int, ranks: int, bandwidth: float, latency: float) -> float:
    return 2 * (ranks - 1) / ranks * 4 * parameters / bandwidth + 2 * math.log2(ranks) * latency


def efficiency(seconds: float, exchange: float, ranks: int, overlap: float, weak: bool) -> float:
    """Of `ranks`: work that is done in a second by each, over that of one alone."""
    passes = seconds if weak else seconds / ranks
    return passes / (passes + max(0.0, exchange - overlap * passes))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parameters", type=float, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--overlap", type=float, default=0)
    parser.add_argument("--weak", action="store_true")
    parser.add_argument("--ranks", type=int, nargs="*", default=[2, 8, 64, 512])
    parser.add_argument("--network", nargs="*", default=[], metavar="NAME=BYTES_A_SECOND,LATENCY")
    options = parser.parse_args()
    networks = dict(NETWORKS)
    for each in options.network:
        name, numbers = each.split("=")
        networks[name] = tuple(float(number) for number in numbers.split(","))
    print("| ranks | " + " | ".join(networks) + " |\n|---" + "|---" * len(networks) + "|")
    for ranks in options.ranks:
        cells = []
        for bandwidth, latency in networks.values():
            exchange = exchange_seconds(int(options.parameters), ranks, bandwidth, latency)
            share = efficiency(options.seconds, exchange, ranks, options.overlap, options.weak)
            cells.append(f"{100 * share:.0f} % ({1e3 * exchange:.3g} ms)")
        print(f"| {ranks} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
