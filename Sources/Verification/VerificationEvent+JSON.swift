import Configuration
public import JSONText
import Parallelism
import Training

extension VerificationEvent: JSONRepresentable {
    /// One JSON object with the `event`'s name; keys in snake case.
    public var json: JSONValue {
        switch self {
        case .began(let settings, let source, let steps, let cases):
            .members([
                "event": "verification", "model": settings.model, "data": source, "batch_size": settings.batchSize,
                "micro_batches": settings.microBatches, "seed": settings.seed, "kernels": settings.kernels.rawValue,
                "steps": steps,
                "cases": cases,
            ])
        case .progress(let what, let number, let step):
            .members(["event": "verification_progress", "case": number, "what": what, "step": step])
        case .row(let row): row.json
        case .kernels(let report): TrainingEvent.kernels(report).json
        case .finished(let report): report.json
        }
    }
}

extension VerificationRow: JSONRepresentable {
    public var json: JSONValue {
        .members([
            "event": "verification_case", "mode": test.mode.rawValue, "devices": test.devices,
            "cores_per_device": test.coresPerDevice, "promise": test.promise.rawValue, "holds": holds, "obstacle": obstacle,
            "steps": steps, "weights_sha256": weightsSHA256, "share_of_bound": shareOfBound, "differences": differences,
            "replica_bytes": replicaBytes, "exchanges": exchanges, "exchange_bytes": exchangeBytes, "broken": broken,
            "injected": injected,
        ])
    }
}

extension ParameterDifference: JSONRepresentable {
    public var json: JSONValue {
        .members([
            "parameter": parameter, "step": step, "ulps": largest.ulps, "index": largest.index,
            "expected": Double(largest.expected), "found": Double(largest.found), "differing": count, "elements": of,
            "share_of_bound": shareOfBound, "bound": bound, "farthest_step": farthestStep, "farthest_index": farthest.index,
            "farthest_expected": Double(farthest.expected), "farthest_found": Double(farthest.found),
        ])
    }
}

extension BrokenPromise: JSONRepresentable {
    public var json: JSONValue {
        .members(["kind": kind.rawValue, "step": step, "device": device, "layer": layer, "description": description])
    }
}

extension InjectedError: JSONRepresentable {
    public var json: JSONValue {
        .members([
            "step": step, "device": device, "layer": layer, "place": place, "before": Double(before), "after": Double(after),
            "found": foundAs != nil,
        ])
    }
}

extension VerificationReport: JSONRepresentable {
    public var json: JSONValue {
        .members([
            "event": "verified", "holds": holds, "cases": rows.count, "ran": ran, "broken": broken,
            "reference_sha256": referenceSHA256, "rounding_share_of_bound": roundingShareOfBound, "near_ties": nearTies,
            "share_of_change": shareOfChange, "rounding": rounding, "injected": injected,
        ])
    }
}
