"""The bench's table and plot, from the figures that its parts left."""

import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HEADINGS = (
    "chunks", "engine", "p50 ms", "p95 ms", "p99 ms", "index chunks/s", "disk B/chunk",
    "peak MB", "recall@10",
)  # fmt: skip


def write_report(results: Path, folder: Path) -> None:
    """`bench.md`, and `bench.svg` where matplotlib is installed."""
    parts = [json.loads(path.read_text(encoding="utf-8")) for path in results.glob("*.json")]
    parts.sort(key=lambda part: (part["chunks"], part["engine"] != "newsearch", part["engine"]))
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n".join(_lines(parts))
    (folder / "bench.md").write_text(f"{text}\n", encoding="utf-8")
    print(text)
    if importlib.util.find_spec("matplotlib") is None:
        print("matplotlib is not installed: no plot")
    else:
        _plot(parts, folder / "bench.svg")


def _lines(parts: Sequence[dict[str, Any]]) -> list[str]:
    machines = sorted({f"{part['machine']}, {part['date']}" for part in parts})
    digests = sorted({part["corpus"] for part in parts})
    lines = [
        "# Bench",
        "",
        f"{'; '.join(machines)}; corpus {', '.join(digests)}. Made by `make bench`.",
        "Hybrid queries of three to seven words, with their vectors supplied; each is run once",
        "before it is measured. The other engines return ten ids (LanceDB: rows), newsearch a",
        "complete page: ten articles with passages and highlights, copies, stories, a correction.",
        "Indexing rates exclude encoding; newsearch writes to an archive and an index that",
        "survive a crash.",
        "",
        f"| {' | '.join(HEADINGS)} |",
        f"|{'---|' * len(HEADINGS)}",
    ]
    for part in parts:
        p50, p95, p99 = part["query_ms"]
        recall = f"{part['recall']:.3f}" if "recall" in part else ""
        cells = [
            f"{part['chunks']:,}", part["engine"], f"{p50:.2f}", f"{p95:.2f}", f"{p99:.2f}",
            f"{part['chunks_per_s']:,.0f}", f"{part['disk_bytes_per_chunk']:,.0f}",
            f"{part['peak_bytes'] / 1e6:,.0f}", recall,
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    for part in parts:
        if part["engine"] == "newsearch":
            lines += ["", *_details(part)]
        elif "encoded_per_s" in part:
            lines += [
                "",
                f"{part['engine']} at {part['chunks']:,} chunks: indexing with encoding by the "
                f"same model {part['encoded_per_s']:.1f} chunks/s.",
            ]
    return lines


def _details(part: dict[str, Any]) -> list[str]:
    def of(name: str) -> str:
        return " / ".join(f"{value:.1f}" for value in part[name])

    ratio = part["encoding_alone_per_s"] / part["encoded_per_s"]
    answers = ", ".join(
        f"{clients}: {rate:.0f}/s at {median:.0f} ms"
        for clients, (rate, median) in part["http"].items()
    )
    settled = part["settled_per_s"]
    after = "left out" if settled is None else f"{settled:.0f} articles/s afterwards"
    return [
        f"newsearch at {part['chunks']:,} chunks, p50 / p95 / p99: a page {of('query_ms')} ms, its "
        f"CPU time {of('query_cpu_ms')}, with one hit {of('query_one_hit_ms')}, with the query's "
        f"encoding {of('query_with_encoding_ms')}. A process from start to answer: "
        f"{part['cold_start_s']:.2f} s. Indexing with encoding: {part['encoded_per_s']:.1f} "
        f"chunks/s, {ratio:.2f} times the time of encoding alone; weights, copies and stories "
        f"{after}. Over HTTP, new queries, by number of clients: {answers}.",
    ]


def _plot(parts: Sequence[dict[str, Any]], path: Path) -> None:
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6, 4))
    for engine in dict.fromkeys(part["engine"] for part in parts):
        own = [part for part in parts if part["engine"] == engine]
        sizes = [part["chunks"] for part in own]
        axes.plot(sizes, [part["query_ms"][0] for part in own], marker="o", label=engine)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("chunks")
    axes.set_ylabel("hybrid query, p50 in ms")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path)
