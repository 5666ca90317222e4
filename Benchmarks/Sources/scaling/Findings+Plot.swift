import Glibc
import Measurement

extension Findings {
    /// One panel for each kind of scaling: speed-up over devices, with bars from the least to the most.
    var plot: SVG {
        let growths = Study.Growth.allCases.filter { growth in rows.contains { $0.scaling == growth } }
        let panel = (width: 430.0, height: 330.0)
        var svg = SVG(width: panel.width * Double(growths.count) + 20, height: panel.height + 62)
        svg.text("How \(model) scales on \(cores) core\(cores == 1 ? "" : "s")", 20, 26, size: 16, isBold: true)
        for (place, growth) in growths.enumerated() {
            let frame = Frame(
                left: panel.width * Double(place) + 58, top: 64, width: panel.width - 68, height: panel.height - 100,
                devices: ([1] + rows.map(\.devices)).sorted(), most: highest)
            draw(growth, in: frame, on: &svg)
        }
        drawLegend(on: &svg, y: panel.height + 38)
        return svg
    }

    private static let modeColours = ["data": "#1f6fb4", "model": "#d9601a", "hybrid": "#7b4ba0"]
    private static let copies = SVG.Stroke(colour: "#5a5a5a", width: 1.6)
    private static let whole = SVG.Stroke(colour: "#2a8a3e", width: 1.6, dashes: "7 4")
    private static let ideal = SVG.Stroke(colour: "#a8a8a8", width: 1.2, dashes: "2 3")

    private var modes: [String] {
        rows.map(\.mode).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The most that any curve shows, and the ideal.
    private var highest: Double {
        max(
            Double(min(cores, rows.map(\.devices).max() ?? 1)),
            rows.flatMap { [$0.speedUp.most, $0.copiesSpeedUp.most] }.max() ?? 1, allCores.map(\.speedUp.most).max() ?? 1)
    }

    /// Maps devices (by doubling) and speed-up to the page.
    private struct Frame {
        let left: Double
        let top: Double
        let width: Double
        let height: Double
        let devices: [Int]
        let most: Double

        var bottom: Double { top + height }
        var right: Double { left + width }
        var ticks: [Int] { Set(devices).sorted() }

        /// The distance of the grid's lines: some four to eight of them.
        var stride: Double {
            var stride = 0.25
            while most / stride > 8 { stride *= 2 }
            return stride
        }

        var ceiling: Double { (most * 1.04 / stride).rounded(.up) * stride }

        func x(_ devices: Int) -> Double {
            let margin = 18.0
            let doublings = log2(Double(self.devices.max() ?? 2))
            return left + margin + (width - 2 * margin) * log2(Double(devices)) / max(1, doublings)
        }

        func y(_ speedUp: Double) -> Double { bottom - height * speedUp / ceiling }
    }

    private func draw(_ growth: Study.Growth, in frame: Frame, on svg: inout SVG) {
        let title = growth == .weak ? "weak: \(batchSize) examples for each device" : "strong: \(batchSize) examples in a step"
        svg.text(title, frame.left, frame.top - 12, size: 13)
        for line in 0...Int((frame.ceiling / frame.stride).rounded()) {
            let value = Double(line) * frame.stride
            svg.line(frame.left, frame.y(value), frame.right, frame.y(value), .init(colour: line == 0 ? "#222" : "#e4e4e4"))
            svg.text(value.fixed(frame.stride < 1 ? 2 : 0), frame.left - 7, frame.y(value) + 4, size: 11, anchor: .end)
        }
        for devices in frame.ticks {
            svg.line(frame.x(devices), frame.bottom, frame.x(devices), frame.bottom + 4, .init(colour: "#222"))
            svg.text("\(devices)", frame.x(devices), frame.bottom + 17, size: 11, anchor: .middle)
        }
        svg.text("devices", frame.left + frame.width / 2, frame.bottom + 33, anchor: .middle)
        svg.text("speed-up over one core", frame.left - 42, frame.top + frame.height / 2, anchor: .middle, isUpright: true)

        svg.path(idealCorners(frame).map { (frame.x($0), frame.y(Double(min($0, cores)))) }, Self.ideal)
        for all in allCores where all.scaling == growth && cores > 1 {
            svg.line(frame.left, frame.y(all.speedUp.median), frame.right, frame.y(all.speedUp.median), Self.whole)
        }
        let shown = rows.filter { $0.scaling == growth }
        if let mode = modes.first {
            curve(shown.filter { $0.mode == mode }.map { ($0.devices, $0.copiesSpeedUp) }, Self.copies, 0, frame, &svg)
        }
        for (place, mode) in modes.enumerated() {
            let stroke = SVG.Stroke(colour: Self.modeColours[mode] ?? "#222", width: 2.2)
            // Curves stand a little apart, or their bars would hide each other.
            let offset = place.isMultiple(of: 2) ? -3.0 : 3.0
            curve(shown.filter { $0.mode == mode }.map { ($0.devices, $0.speedUp) }, stroke, offset, frame, &svg)
        }
    }

    /// Where the ideal bends: it grows with the devices until they outnumber the cores.
    private func idealCorners(_ frame: Frame) -> [Int] {
        Set(frame.ticks + [cores]).filter { $0 <= frame.ticks.max() ?? 1 }.sorted()
    }

    private func curve(
        _ points: [(devices: Int, speedUp: Spread)], _ stroke: SVG.Stroke, _ offset: Double, _ frame: Frame, _ svg: inout SVG
    ) {
        let start = (x: frame.x(1), y: frame.y(1))
        svg.path([start] + points.map { (frame.x($0.devices) + offset, frame.y($0.speedUp.median)) }, stroke)
        svg.dot(start.x, start.y, radius: 3, colour: "#222")
        for point in points {
            let x = frame.x(point.devices) + offset
            let (low, high) = (frame.y(point.speedUp.least), frame.y(point.speedUp.most))
            svg.line(x, low, x, high, .init(colour: stroke.colour, width: 1.2))
            for end in [low, high] { svg.line(x - 3, end, x + 3, end, .init(colour: stroke.colour, width: 1.2)) }
            svg.dot(x, frame.y(point.speedUp.median), radius: 3, colour: stroke.colour)
        }
    }

    private func drawLegend(on svg: inout SVG, y: Double) {
        var entries = modes.map { (words: "\($0) mode", stroke: SVG.Stroke(colour: Self.modeColours[$0] ?? "#222", width: 2.2)) }
        entries.append(("copies that exchange nothing", Self.copies))
        if cores > 1 { entries.append(("one device, all cores", Self.whole)) }
        entries.append(("ideal", Self.ideal))
        var x = 24.0
        var row = y
        for entry in entries {
            let width = 34 + 6.4 * Double(entry.words.count) + 16
            if x + width > svg.width {
                x = 24
                row += 17
            }
            svg.line(x, row - 4, x + 26, row - 4, entry.stroke)
            svg.text(entry.words, x + 32, row)
            x += width
        }
    }
}
