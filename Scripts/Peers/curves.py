#!/usr/bin/env python3
"""Draw training curves side by side: validation top-1 and training loss over the epochs, one line per run.

    curves.py --output curves.svg "partrain, data mode=runs/data.jsonl" "PyTorch=photos.jsonl"

Each file holds one JSON object a line; those with "event": "epoch" count. partrain's --json output and photos.py's log both do.
Standard library only.
"""
import argparse
import html
import json

COLOURS = ["#0b6bcb", "#c2410c", "#3f7d20", "#7c3aed"]
DASHES = ["", "7 4", "2 3", "9 3 2 3"]
WIDTH, HEIGHT, LEFT, TOP, GAP = 460, 300, 56, 64, 60


def epochs(path):
    """[(epoch, training loss, validation top-1 in per cent)]"""
    rows = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            line = line.strip()
            if not line.startswith("{"):
                continue
            event = json.loads(line)
            if event.get("event") != "epoch":
                continue
            loss = event.get("training_loss", event.get("train_loss"))
            top1 = event.get("validation_top1", event.get("top1"))
            rows.append((event["epoch"], loss, 100 * top1))
    return rows


def ticks(low, high, count=5):
    step = (high - low) / count
    power = 10 ** len(str(int(step))) / 10 if step >= 1 else 0.1
    step = next(s * power for s in (1, 2, 2.5, 5, 10) if s * power >= step)
    first = int(low / step) * step
    return [first + i * step for i in range(int((high - first) / step) + 1)]


def panel(left, title, series, low, high, last):
    def x(epoch):
        return left + WIDTH * (epoch - 1) / max(1, last - 1)

    def y(value):
        return TOP + HEIGHT * (1 - (value - low) / (high - low))

    out = [f'<text x="{left}" y="{TOP - 16}" class="title">{html.escape(title)}</text>']
    for value in ticks(low, high):
        if low <= value <= high:
            out.append(f'<line x1="{left}" x2="{left + WIDTH}" y1="{y(value):.1f}" y2="{y(value):.1f}" class="grid"/>')
            out.append(f'<text x="{left - 8}" y="{y(value) + 4:.1f}" class="tick" text-anchor="end">{value:g}</text>')
    for epoch in [1] + [e for e in range(5, last + 1, 5)]:
        out.append(f'<text x="{x(epoch):.1f}" y="{TOP + HEIGHT + 20}" class="tick" text-anchor="middle">{epoch}</text>')
    out.append(f'<text x="{left + WIDTH / 2}" y="{TOP + HEIGHT + 40}" class="tick" text-anchor="middle">epoch</text>')
    for index, points in enumerate(series):
        path = " ".join(f"{x(e):.1f},{y(min(max(v, low), high)):.1f}" for e, v in points)
        out.append(
            f'<polyline points="{path}" fill="none" stroke="{COLOURS[index % 4]}" stroke-width="2" '
            f'stroke-dasharray="{DASHES[index % 4]}" stroke-linejoin="round"/>')
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", metavar="LABEL=FILE")
    parser.add_argument("--output", required=True)
    arguments = parser.parse_args()
    labels, runs = [], []
    for run in arguments.runs:
        label, _, path = run.rpartition("=")
        labels.append(label)
        runs.append(epochs(path))
    last = max(row[0] for rows in runs for row in rows)
    highest = max(row[1] for rows in runs for row in rows)
    total = LEFT + 2 * WIDTH + GAP + 24
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total} {TOP + HEIGHT + 56}" font-family="sans-serif">',
        "<style>.title{font-size:15px;font-weight:600;fill:#1f2328}.tick{font-size:12px;fill:#59636e}"
        ".grid{stroke:#d1d9e0;stroke-width:1}</style>",
        f'<rect width="{total}" height="{TOP + HEIGHT + 56}" fill="#ffffff"/>',
    ]
    place = LEFT
    for index, label in enumerate(labels):
        out.append(
            f'<line x1="{place}" x2="{place + 26}" y1="20" y2="20" stroke="{COLOURS[index % 4]}" stroke-width="2.5" '
            f'stroke-dasharray="{DASHES[index % 4]}"/><text x="{place + 32}" y="24" class="tick">{html.escape(label)}</text>')
        place += 56 + 7 * len(label)
    out += panel(LEFT, "validation top-1, %", [[(e, t) for e, _, t in rows] for rows in runs], 0, 100, last)
    out += panel(LEFT + WIDTH + GAP, "training loss", [[(e, l) for e, l, _ in rows] for rows in runs], 0, highest, last)
    out.append("</svg>")
    with open(arguments.output, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
