/// A state as the names and values that a checkpoint carries beside its tensors.
extension RunState {
    var entries: [String: String] {
        var entries = ["judged_step": "\(evaluatedStep)", "validated_step": "\(validatedStep)"]
        epoch.write(to: &entries, "epoch_sum")
        training.write(to: &entries, "training_sum")
        validation?.write(to: &entries, "validation_sum")
        if let best {
            entries["best.top1"] = "\(best.top1)"
            entries["best.step"] = "\(best.step)"
        }
        return entries
    }

    /// Reads what `entries` wrote, to the last bit. Throws the name of an entry that is missing, or that no run could have written.
    init(step: Int, _ entries: [String: String]) throws(MissingEntry) {
        self.step = step
        evaluatedStep = try entries.number("judged_step")
        epoch = try MetricSum(entries, "epoch_sum")
        training = try MetricSum(entries, "training_sum")
        validation = entries["validation_sum.examples"] == nil ? nil : try MetricSum(entries, "validation_sum")
        best =
            entries["best.step"] == nil
            ? nil : Best(top1: try entries.number("best.top1"), step: try entries.number("best.step"))
        validatedStep = try entries.number("validated_step")
        let steps = 0...step
        guard steps.contains(evaluatedStep) else { throw MissingEntry(name: "judged_step") }
        guard steps.contains(validatedStep) else { throw MissingEntry(name: "validated_step") }
        if let best {
            guard steps.contains(best.step) else { throw MissingEntry(name: "best.step") }
            guard (0...1).contains(best.top1) else { throw MissingEntry(name: "best.top1") }
        }
    }
}

/// An entry of a checkpoint's metadata that is not there, or not what it should be.
struct MissingEntry: Error {
    let name: String
}

extension MetricSum {
    /// More examples than any epoch has, with room in 64 bits to go on counting from there.
    private static let most = 1 << 52

    fileprivate func write(to entries: inout [String: String], _ name: String) {
        entries["\(name).examples"] = "\(examples)"
        entries["\(name).loss"] = "\(loss)"
        entries["\(name).top1"] = "\(top1)"
        if let top5 { entries["\(name).top5"] = "\(top5)" }
    }

    fileprivate init(_ entries: [String: String], _ name: String) throws(MissingEntry) {
        examples = try entries.number("\(name).examples")
        // Swift prints as many digits as tell a double from its neighbours.
        loss = try entries.number("\(name).loss")
        top1 = try entries.number("\(name).top1")
        top5 = entries["\(name).top5"] == nil ? nil : try entries.number("\(name).top5") as Int
        guard (0...Self.most).contains(examples) else { throw MissingEntry(name: "\(name).examples") }
        guard (0...examples).contains(top1) else { throw MissingEntry(name: "\(name).top1") }
        guard (top1...examples).contains(top5 ?? examples) else { throw MissingEntry(name: "\(name).top5") }
    }
}

extension [String: String] {
    func number<Number: LosslessStringConvertible>(_ name: String) throws(MissingEntry) -> Number {
        guard let text = self[name], let number = Number(text) else { throw MissingEntry(name: name) }
        // "nan" and "inf" are doubles to Swift, and results to nobody.
        if let number = number as? Double, !number.isFinite { throw MissingEntry(name: name) }
        return number
    }
}
