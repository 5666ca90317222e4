import Measurement

/// What the figures say about splitting a network, in a sentence for each mode and kind of scaling.
enum Conclusion {
    static func all(from rows: [Findings.Row], model: String, batchSize: Int) -> [String] {
        var seen: Set<String> = []
        return rows.compactMap { row -> String? in
            guard seen.insert("\(row.scaling) \(row.mode)").inserted else { return nil }
            let alike = rows.filter { $0.scaling == row.scaling && $0.mode == row.mode }
            guard let best = alike.max(by: { $0.speedUp.median < $1.speedUp.median }) else { return nil }
            return sentence(best, model: model, batchSize: batchSize)
        }
    }

    /// Judged by the number of devices that did best, and by the whole spread: what straddles 1 is not a gain.
    private static func sentence(_ best: Findings.Row, model: String, batchSize: Int) -> String {
        let batch = best.scaling == .weak ? "\(batchSize) for each device" : "\(batchSize)"
        let what = "\(model) in \(best.mode) mode at batch \(batch)"
        let reach = "at best \(best.devices) devices reach \(best.speedUp.range) × one device on one core"
        if best.speedUp.most < 1 {
            return "\(what) should not be split: \(reach)."
        }
        if best.speedUp.least <= 1 {
            return "\(what) shows no clear gain from splitting: \(reach)."
        }
        let exchange = "\(best.againstCopies.range) × as many copies that exchange nothing"
        if best.againstAllCores.most < 1 {
            return "\(what) gains from more cores, not from more devices: \(reach) (\(exchange)), "
                + "but \(best.againstAllCores.range) × one device on all cores."
        }
        let whole = "\(best.againstAllCores.range) × one device on all cores"
        let verdict =
            best.againstAllCores.least > 1 ? "is worth splitting" : "may be split, but one device on all cores does as well"
        return "\(what) \(verdict): \(reach), \(whole), \(exchange)."
    }
}
