import Configuration
public import JSONText
import KernelChoices
import Parallelism
public import Rooflines
import Training

extension Profile: JSONRepresentable {
    /// One object; keys in snake case, times in seconds, speeds in operations or bytes a second, shares from 0 to 1.
    public var json: JSONValue { json(by: .operation) }

    /// The same with rows put together.
    public func json(by grouping: StepProfile.Grouping) -> JSONValue {
        .members([
            "event": "profile", "model": configuration.model, "classes": classCount, "mode": configuration.mode.rawValue,
            "devices": configuration.devices ?? 1, "cores_per_device": configuration.coresPerDevice,
            "micro_batches": configuration.microBatches, "batch_size": configuration.batchSize, "steps": options.steps,
            "warm_up": options.warmUp, "step_seconds": step.stepSeconds, "step_seconds_median": step.seconds,
            "images_per_second": imagesPerSecond, "rooflines": rooflines, "cores_of_roof": step.roofline.cores,
            "kinds": step.rows(by: .kind).map { $0.json(in: step) },
            "rows": grouping == .kind ? JSONValue.null : step.rows(by: grouping).map { $0.json(in: step) }.json,
            "alone": kernelsAlone?.json(step), "precision": configuration.precision.rawValue,
            "kernel_decisions": decisions.map { decision in
                JSONValue.members([
                    "layer": decision.layer, "operation": decision.key, "kernel": decision.variant,
                    "seconds": JSONValue.object(
                        decision.seconds.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value.json) }),
                ])
            },
        ])
    }
}

extension Roofline: JSONRepresentable {
    public var json: JSONValue {
        .members([
            "cores": cores, "f32_instructions": instructions[.f32], "bf16_instructions": instructions[.bf16],
            "f32": peaks[.f32], "bf16": peaks[.bf16], "read": read, "copy": copy, "triad": triad,
        ])
    }
}

extension Roofline.Speed: JSONRepresentable {
    public var json: JSONValue { .members(["best": best, "median": median, "least": least]) }
}

extension StepProfile.Row {
    fileprivate func json(in step: StepProfile) -> JSONValue {
        let rate = { (amount: Double) in self.seconds > 0 && amount > 0 ? amount / self.seconds : nil }
        return .members([
            "kind": part.rawValue, "layer": layer, "title": title, "implementation": implementation, "layouts": layouts,
            "precision": precision.rawValue, "items": count, "seconds": seconds, "share": seconds / step.seconds,
            "flop": floatingPointOperations, "bytes": bytes, "bytes_received": bytesReceived,
            "bytes_that_must_move": bytesThatMustMove,
            "flop_per_second": rate(floatingPointOperations), "bytes_per_second": rate(bytes),
            "share_of_roofline": shareOfRoofline, "seconds_alone": secondsAlone,
        ])
    }
}

extension KernelsAlone {
    fileprivate func json(_ step: StepProfile) -> JSONValue {
        .members([
            "primitives_seconds": primitives, "compositions_seconds": compositions, "reorders_seconds": reorders,
            "loops_seconds": loops, "step_by_primitives": step.seconds / primitives,
            "step_by_library": step.seconds / librarySeconds, "step_by_all": step.seconds / seconds,
        ])
    }
}
