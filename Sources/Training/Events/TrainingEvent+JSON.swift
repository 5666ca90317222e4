import Configuration
import Datasets
public import JSONText
import KernelChoices
import Networks
import Parallelism
import Tensors
import Topology

extension TrainingEvent: JSONRepresentable {
    /// One JSON object with the `event`'s name; keys in snake case, shares from 0 to 1, times in seconds.
    public var json: JSONValue {
        switch self {
        case .configuration(let configuration): configuration.event
        case .data(let report): report.event
        case .summary(let network): network.event
        case .devices(let report): report.event
        case .kernels(let report): report.event
        case .progress(let report): report.event
        case .epoch(let report): report.event
        case .run(let report): report.event
        case .saved(let report): report.event
        case .stopped(let report): report.event
        case .finished(let report): report.event
        }
    }
}

extension TrainingConfiguration {
    fileprivate var event: JSONValue {
        .object(
            [.init(name: "event", value: .text("configuration"))]
                + Setting.all.map {
                    .init(name: String($0.name.map { $0 == "-" ? "_" : $0 }), value: $0.form.write(self) ?? .null)
                })
    }
}

extension DataReport {
    fileprivate var event: JSONValue {
        .members([
            "event": "data", "data": description, "digest": digest, "classes": classCount, "training_examples": trainingExamples,
            "validation_examples": validationExamples, "steps_per_epoch": stepsPerEpoch,
            "left_out_per_epoch": leftOutPerEpoch, "total_steps": totalSteps,
            "epochs": epochs, "left_out": inventory.leftOut.total,
            "left_out_by_ending": JSONValue.object(
                inventory.leftOut.byEnding.map { .init(name: $0.ending, value: $0.count.json) }),
            "unreadable": inventory.unreadable.map { JSONValue.members(["image": $0.path, "reason": $0.reason]) },
            "warnings": inventory.remarks,
        ])
    }
}

extension PlacedNetwork {
    fileprivate var event: JSONValue {
        let layers = summary.rows.map { row in
            JSONValue.members([
                "layer": row.layer, "operations": row.operations, "output": row.output.dimensions,
                "parameters": row.parameterCount, "placement": placement(ofLayer: row.layer),
            ])
        }
        return .members([
            "event": "summary", "model": network.name, "parameters": summary.parameterCount,
            "flop_per_step": summary.stepOperations, "activation_bytes": summary.activationBytes, "layers": layers,
            "undivided_layers": training.undividedLayers,
        ])
    }
}

extension KernelsReport {
    fileprivate var event: JSONValue {
        let kernels = decisions.map { decision in
            JSONValue.members([
                "layer": decision.layer, "computes": decision.key, "variant": decision.variant,
                "reason": decision.reason.rawValue, "impossible": decision.impossible, "spread": decision.spread,
                "seconds": JSONValue.object(
                    decision.seconds.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value.json) }),
            ])
        }
        return .members(["event": "kernels", "kernels": kernels, "warnings": warnings])
    }
}

extension DevicesReport {
    fileprivate var event: JSONValue {
        let devices = assignment.perDevice.map { deviceCores in
            let bindings = bindings(of: deviceCores)
            return JSONValue.members([
                "device": deviceCores.device, "cpus": deviceCores.threads, "node": deviceCores.node,
                "shares_cores": deviceCores.isShared,
                "pinned": bindings.allSatisfy(\.isPinned), "bindings": bindings.map(\.description),
            ])
        }
        return .members([
            "event": "devices", "usable_cores": machine.usableCoreCount, "cores_per_device": assignment.coresPerDevice,
            "devices": devices, "warnings": warnings, "notes": placement?.notes ?? [],
            "taken": (placement?.taken ?? []).map { JSONValue.members(["cpu": $0.thread, "process": $0.process]) },
        ])
    }
}

extension ProgressReport {
    fileprivate var event: JSONValue {
        .members([
            "event": "progress", "epoch": epoch, "step": step, "total_steps": totalSteps, "loss": loss,
            "learning_rate": learningRate, "images_per_second": imagesPerSecond, "seconds_left": secondsLeft,
        ])
    }
}

extension EpochReport {
    fileprivate var event: JSONValue {
        .members([
            "event": "epoch", "epoch": epoch, "epochs": epochs, "step": step, "training_loss": training.loss,
            "training_top1": training.top1, "training_top5": training.top5, "validation_loss": validation?.loss,
            "validation_top1": validation?.top1, "validation_top5": validation?.top5, "images_per_second": imagesPerSecond,
            "seconds": seconds,
        ])
    }
}

extension RunReport {
    fileprivate var event: JSONValue {
        .members([
            "event": "run", "folder": folder, "resumed_from": resumedFrom, "step": step, "initialized_from": initializedFrom,
            "initialized": weights?.json, "warnings": warnings,
        ])
    }
}

extension SavedReport {
    fileprivate var event: JSONValue {
        .members(["event": "saved", "path": path, "step": step, "best": isBest, "seconds": seconds, "warnings": warnings])
    }
}

extension StoppedReport {
    fileprivate var event: JSONValue {
        .members([
            "event": "stopped", "step": step, "total_steps": totalSteps, "checkpoint": checkpoint,
            "images_with_warnings": imageWarnings.count, "image_warnings": imageWarnings.named,
        ])
    }
}

extension FinishedReport {
    fileprivate var event: JSONValue {
        .members([
            "event": "finished", "steps": steps, "trained_steps": trainedSteps, "images_per_second": imagesPerSecond,
            "loss": training.loss,
            "training_top1": training.top1, "training_top5": training.top5, "validation_loss": validation?.loss,
            "top1": validation?.top1, "top5": validation?.top5, "exchanged_bytes_per_step": exchangedBytesPerStep,
            "weights_sha256": weightsSHA256, "micro_batches": microBatches, "kernels": kernels.rawValue, "mode": mode.rawValue,
            "devices": devices, "left_out_per_epoch": leftOutPerEpoch, "compute": time.compute, "exchange": time.exchange,
            "waiting": time.waiting,
            "input": time.input, "other": time.other, "training_seconds": trainingSeconds,
            "validation_seconds": validationSeconds, "saving_seconds": savingSeconds, "seconds": seconds,
            "device_memory_bytes": deviceMemoryBytes,
            "planned_memory_bytes": plannedMemoryBytes, "peak_memory_bytes": peakMemoryBytes,
            "images_with_warnings": imageWarnings.count, "image_warnings": imageWarnings.named,
        ])
    }
}
