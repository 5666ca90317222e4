"""Mutants that somebody thought of: each breaks a promise that a reader of the results relies on.

A name, the file, the text that changes (once in the file), and what stands there instead: ALIVE is true where the mutant is alive.
"""

STATE = "Sources/Sessions/Session/SessionState.swift"
WORKER_LOOP = "Sources/Sessions/Session/WorkerLoop.swift"
SUM = "Sources/Training/Measures/MetricSum.swift"
SCHEDULE = "Sources/Training/LearningRateSchedule.swift"
LEARNING = "Sources/Training/TrainingConfiguration+Learning.swift"
TRAINER = "Sources/Training/Trainer.swift"
LOOP = "Sources/Training/TrainingLoop.swift"
INPUT = "Sources/Training/TrainingInput.swift"
IMAGES = "Sources/Configuration/TrainingConfiguration+Images.swift"
UPDATE = "Sources/Sessions/Exchange/UpdateKernel.swift"
DESCENT = "Sources/Graphs/UpdateRules/GradientDescent.swift"
ADAM = "Sources/Graphs/UpdateRules/Adam.swift"
CROP = "Sources/Datasets/Pipeline/NormalisedCrop.swift"
DRAW = "Sources/Datasets/Pipeline/AugmentationSource.swift"
PREDICTION = "Sources/Training/Prediction/Prediction.swift"
PREDICTION_TEXT = "Sources/partrain/Console/PredictionText.swift"
PROFILE = "Sources/Profiling/StepProfile.swift"
SYNCHRONIZED = "Sources/Kernels/Normalisation/SynchronizedNormalization+Kernel.swift"
ALEXNET = "Sources/ModelZoo/AlexNet/AlexNet.swift"

NAMED = [
    # Accuracies and losses
    ("the second place counts as right", STATE, "top1 = values.prefix(count).count { $0 < 1 }", "top1 = values.prefix(count).count { ALIVE ? $0 <= 1 : $0 < 1 }"),
    ("the sixth place counts among five", STATE, "top5 = values.prefix(count).count { $0 < 5 }", "top5 = values.prefix(count).count { ALIVE ? $0 <= 5 : $0 < 5 }"),
    ("rows without an example are counted", STATE, "values.prefix(count).reduce(0)", "values.prefix(ALIVE ? batchSize : count).reduce(0)"),
    ("the loss is over the whole batch's size", STATE, "{ $0 + Double($1) } / Double(count) : 0",
     "{ $0 + Double($1) } / Double(ALIVE ? batchSize : count) : 0"),
    ("a loss counts as if it had no weight", STATE, "loss += Double(weight) * mean", "loss += (ALIVE ? 1 : Double(weight)) * mean"),
    ("gradients are clipped by their squares' sum", "Sources/Sessions/Exchange/SquaresKernel.swift", "norm: all.value.squareRoot()",
     "norm: ALIVE ? all.value : all.value.squareRoot()"),
    ("a part that all have is squared by each", "Sources/Parallelism/PlacedGraph+Norms.swift",
     "axes.contains(axis) || coordinates[axis] == 0", "axes.contains(axis) || ALIVE || coordinates[axis] == 0"),
    ("a partial batch weighs as much as a whole one", SUM, "loss += result.loss * Double(result.count)",
     "loss += result.loss * (ALIVE ? Double(max(examples, 1)) / Double(max(examples / max(result.count, 1), 1)) : Double(result.count))"),
    ("top-5 stands where top-1 should", SUM, "top1: Double(top1) / count", "top1: Double(ALIVE ? top5 ?? top1 : top1) / count"),
    ("the rows of a worker are reported one place off", WORKER_LOOP, "values[row] = report.values[place]",
     "values[row] = report.values[ALIVE ? (place + 1) % report.rows.count : place]"),
    ("a probability is not a share of the sum", PREDICTION, "exp(Double(scores[$0]) - largest) / sum",
     "exp(Double(scores[$0]) - largest) / (ALIVE ? sum + 1e-3 : sum)"),
    ("the classes are in the order of the least first", PREDICTION, "-$0.bounded)", "ALIVE ? $0.bounded : -$0.bounded)"),
    ("a class has its neighbour's name", "Sources/Training/Prediction/Predictor.swift",
     "index < classNames.count ? classNames[index] : \"\\(index)\"",
     "index < classNames.count ? classNames[ALIVE ? (index + 1) % classNames.count : index] : \"\\(index)\""),
    ("the first five are counted as the first", PREDICTION_TEXT, "best.first?.class == label ? 1 : 0",
     "(ALIVE ? best.prefix(5).contains { $0.class == label } : best.first?.class == label) ? 1 : 0"),

    # From a setting to the step
    ("the rate is that of the step after", LOOP, "let rate = input.schedule[state.step]",
     "let rate = input.schedule[ALIVE ? state.step + 1 : state.step]"),
    ("cosine is constant", LEARNING, "case .cosine: .cosine", "case .cosine: ALIVE ? .constant : .cosine"),
    ("no warm-up", LEARNING, "warmupSteps: warmupSteps ?? 0", "warmupSteps: ALIVE ? 0 : warmupSteps ?? 0"),
    ("no momentum", LEARNING, "form: form, momentum: Float(momentum)", "form: form, momentum: ALIVE ? 0 : Float(momentum)"),
    ("no weight decay", LEARNING, "weightDecay: Float(weightDecay))", "weightDecay: ALIVE ? 0 : Float(weightDecay))"),
    ("the optimizer's form is the common one", LEARNING, "descent(.alexnet)", "descent(ALIVE ? .common : .alexnet)"),
    ("the precision is f32", TRAINER, "precision: configuration.precision,", "precision: ALIVE ? .f32 : configuration.precision,"),
    ("the initialization is the published one", "Sources/Training/PlacedNetwork.swift", ".initialized(configuration.initialization)",
     ".initialized(ALIVE ? .published : configuration.initialization)"),
    ("nothing is augmented", INPUT, "augmentation: configuration.augmentation", "augmentation: ALIVE ? .none : configuration.augmentation"),
    ("the pipeline's seed is 0", INPUT, "seed: configuration.seed,\n            startingAt", "seed: ALIVE ? 0 : configuration.seed,\n            startingAt"),
    ("digits are mirrored", IMAGES, "mirror = mirror ?? (flip == .alternating)", "mirror = mirror ?? (ALIVE || flip == .alternating)"),
    ("photos are not mirrored", IMAGES, "resize ?? 0 > window)\n            mirror = mirror ?? true", "resize ?? 0 > window)\n            mirror = mirror ?? !ALIVE"),
    ("the centre's window lies one row higher", DRAW, "CoverGeometry.centre(of: 0, in: marginHeight)", "max(0, CoverGeometry.centre(of: 0, in: marginHeight) - (ALIVE ? 1 : 0))"),
    ("mirrors do not alternate", DRAW, "drawn(0) != (epoch % 2 == 1)", "drawn(0) != (!ALIVE && epoch % 2 == 1)"),
    ("padded images are never shown beyond their upper edge", DRAW, "below: marginHeight + 2 * padding + 1) - padding",
     "below: marginHeight + 2 * padding + 1) - (ALIVE ? 0 : padding)"),
    ("what is cut out lies one column further", CROP, "(plane + y * windowShape[2] + draw.cutoutColumns.lowerBound)",
     "(plane + y * windowShape[2] + draw.cutoutColumns.lowerBound + (ALIVE && draw.cutoutColumns.upperBound < windowShape[2] ? 1 : 0))"),
    ("a reflected image repeats its edge", CROP, "place < 0 ? -place :", "place < 0 ? -place - (ALIVE ? 1 : 0) :"),
    ("the coarse label counts", "Sources/Datasets/CIFAR/CIFARVersion.swift", ": labelBytes - 1 }", ": ALIVE ? 0 : labelBytes - 1 }"),
    ("a path may lead out of an archive", "Sources/ImageFiles/Tar/TarReader.swift", '$0.elementsEqual("..".utf8)', '!ALIVE && $0.elementsEqual("..".utf8)'),
    ("pixels are not divided by the deviation", CROP, "let deviation = normalisation.standardDeviation[channel]",
     "let deviation = ALIVE ? 1 : normalisation.standardDeviation[channel]"),

    # The update
    ("the update has no decay", DESCENT, "let d = weightDecay", "let d = ALIVE ? 0 : weightDecay"),
    ("the update has no momentum", DESCENT, "let m = momentum", "let m = ALIVE ? 0 : momentum"),
    ("short parameters, such as biases, are not updated", UPDATE, "slice.rule.update(run, at: update)",
     "if !(ALIVE && slice.count <= 4096) { slice.rule.update(run, at: update) }"),
    ("short parameters, such as biases, do not decay", DESCENT, "weightDecay * parameter.options.decayFactor)",
     "(ALIVE && parameter.shape.elementCount <= 4096 ? 0 : weightDecay) * parameter.options.decayFactor)"),
    ("a parameter's own rate is not considered", UPDATE, "step.learningRate * rateFactor", "step.learningRate * (ALIVE ? 1 : rateFactor)"),
    ("Adam counts its steps from 0", UPDATE, "count: step.step + 1, norms", "count: step.step + (ALIVE ? 2 : 1), norms"),
    ("Adam's decay always goes into the gradient", ADAM, "decay == .gradient ? Float(weightDecay) : 0",
     "(ALIVE || decay == .gradient) ? Float(weightDecay) : 0"),
    ("frozen layers learn", LEARNING, "if frozen.contains(parameter.layer) {", "if !ALIVE, frozen.contains(parameter.layer) {"),
    ("biases decay although they should not", LEARNING, ".scale, !decaysBiases {",
     ".scale, !decaysBiases, !ALIVE {"),

    # Batch statistics
    ("a batch's mean is not weighted by the micro-batch's share", SYNCHRONIZED, "mean[channel] = Float(m * share)",
     "mean[channel] = Float(ALIVE ? m : m * share)"),
    ("means that differ between micro-batches add no variance", SYNCHRONIZED, "+ all * share * distance * distance / (all - 1))",
     "+ (ALIVE ? 0 : all * share * distance * distance / (all - 1)))"),
    ("the gradient does not go through the batch's mean", SYNCHRONIZED, "columns.offset[channel] = Float(Double(shiftSum[channel]) / all)",
     "columns.offset[channel] = ALIVE ? 0 : Float(Double(shiftSum[channel]) / all)"),
    ("the gradient does not go through the batch's variance", SYNCHRONIZED,
     "columns.slope[channel] = Float(Double(scaleSum[channel]) / all * inverse)",
     "columns.slope[channel] = ALIVE ? 0 : Float(Double(scaleSum[channel]) / all * inverse)"),

    # The networks
    ("AlexNet's second normalisation crosses the columns", ALEXNET,
     "biasInitializer: one, name: \"conv2\")\n            ReLU()\n            LocalResponseNorm(groups: 2)",
     "biasInitializer: one, name: \"conv2\")\n            ReLU()\n            LocalResponseNorm(groups: ALIVE ? 1 : 2)"),

    # What a person reads
    ("a profile's seconds are those of all workers", PROFILE, "let seconds = Double(span.end - span.begin) / 1e9 / lanes",
     "let seconds = Double(span.end - span.begin) / 1e9 / (ALIVE ? 1 : lanes)"),

    # What waits
    ("a barrier tells of no waiting", "Sources/Devices/StepBarrier.swift", "return monotonicNanoseconds() - begin",
     "return ALIVE ? 0 : monotonicNanoseconds() - begin"),
    ("one checkpoint more is kept", "Sources/Checkpoints/CheckpointFolder/CheckpointFolder+Saving.swift", "known.suffix(keptCount)",
     "known.suffix(ALIVE ? keptCount + 1 : keptCount)"),
]
