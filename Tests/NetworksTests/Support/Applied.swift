import Networks
import Tensors

/// Any operation as a layer, with windows and settings that the shipped layers do not offer.
struct Applied: Layer {
    let operation: any Operation
    /// The shapes of the parameters that it takes after its input.
    let parameters: [Shape]
    let name: String

    init(_ operation: any Operation, parameters: [Shape] = [], name: String = "applied") {
        self.operation = operation
        self.parameters = parameters
        self.name = name
    }

    func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        try builder.inLayer(name) { builder throws(NetworkError) in
            var inputs = [input]
            for (index, shape) in parameters.enumerated() {
                inputs.append(
                    try builder.addParameter(
                        Parameter(
                            name: "\(name).\(index)", shape: shape, kind: .weight, fanIn: 1,
                            initializer: .normal(standardDeviation: 0.5))))
            }
            return try builder.add(operation, inputs)[0]
        }
    }
}

/// Adds a parameter of the input's own shape, so that the gradient of whatever follows *by its input* is that parameter's.
struct LearnedInput: Layer {
    func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        try builder.inLayer("input") { builder throws(NetworkError) in
            let offset = try builder.addParameter(
                Parameter(
                    name: "input.offset", shape: builder.type(input).shape, kind: .weight, fanIn: 1,
                    initializer: .normal(standardDeviation: 1), axes: builder.type(input).axes))
            return try builder.add(Addition(), [input, offset])[0]
        }
    }
}

/// A network around the layers under test: a learned input before them, scores of three classes and the loss behind.
func probe(_ input: Shape, @LayerBuilder _ layers: () -> [any Layer]) -> Network {
    let tested = Sequential(layers)
    return Network("probe", input: input) {
        LearnedInput()
        tested
        Dense(3, weightInitializer: .normal(standardDeviation: 0.7), name: "readout")
    }
}

/// What may stand behind a normalisation.
let normalizationTails = [false, true].flatMap { adds in
    [false, true].map { NormalizationTail(addsShortcut: adds, rectifies: $0) }
}
