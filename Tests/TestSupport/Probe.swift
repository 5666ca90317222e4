package import Networks
package import Tensors

/// Any operation as a layer, with windows and settings that the shipped layers do not offer.
package struct Applied: Layer {
    package let operation: any Networks.Operation
    /// The shapes of the parameters that it takes after its input.
    package let parameters: [Shape]
    package let name: String

    package init(_ operation: any Networks.Operation, parameters: [Shape] = [], name: String = "applied") {
        self.operation = operation
        self.parameters = parameters
        self.name = name
    }

    package func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
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
package struct LearnedInput: Layer {
    package init() {}

    package func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        try builder.inLayer("input") { builder throws(NetworkError) in
            let offset = try builder.addParameter(
                Parameter(
                    name: "input.offset", shape: builder.type(input).shape, kind: .weight, fanIn: 1,
                    initializer: .normal(standardDeviation: 1), axes: builder.type(input).axes))
            return try builder.add(Addition(), [input, offset])[0]
        }
    }
}

/// A network around the layers under test: a learned input before them, and a dense layer of four scores behind, whose weights'
/// gradients hold every output of the layers.
///
/// - Parameter isBlocked: whether the layers stand between two 1×1 convolutions, which hand on the library's blocked layouts.
package func probe(_ input: Shape, isBlocked: Bool = false, @LayerBuilder _ layers: () -> [any Layer]) -> Network {
    let tested = Sequential(layers)
    return Network("probe", input: input) {
        LearnedInput()
        if isBlocked { Conv2D(input[0], kernel: 1, name: "before") }
        tested
        if isBlocked { Conv2D(16, kernel: 1, name: "behind") }
        Dense(4, weightInitializer: .normal(standardDeviation: 0.3), name: "readout")
    }
}

/// What may stand behind a normalisation.
package let normalizationTails = [false, true].flatMap { adds in
    [false, true].map { NormalizationTail(addsShortcut: adds, rectifies: $0) }
}
