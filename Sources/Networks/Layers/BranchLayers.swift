public import Graphs
import Tensors

/// Runs several layers on one input and puts their outputs together along the channels.
public struct Concat: Layer {
    public let branches: [any Layer]
    public let axis: Int

    public init(axis: Int = 1, @LayerBuilder _ branches: () -> [any Layer]) {
        self.axis = axis
        self.branches = branches()
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        var outputs = [ValueID]()
        for branch in branches { outputs.append(try branch.apply(to: input, in: &builder)) }
        return try builder.inLayer(builder.nextName("concat")) { builder throws(NetworkError) in
            try builder.add(Concatenation(axis: axis), outputs)[0]
        }
    }
}

/// Runs several layers on one input and adds their outputs.
public struct Add: Layer {
    public let branches: [any Layer]

    public init(@LayerBuilder _ branches: () -> [any Layer]) {
        self.branches = branches()
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        var outputs = [ValueID]()
        for branch in branches { outputs.append(try branch.apply(to: input, in: &builder)) }
        return try builder.inLayer(builder.nextName("add")) { builder throws(NetworkError) in
            try builder.add(Addition(), outputs)[0]
        }
    }
}

/// Runs layers several times, one behind the other, with the same parameters each time: tied weights.
///
/// The layers give what they take, [N, C, …] for [N, C, …], where a parameter's shape follows from it.
public struct Repeat: Layer {
    public let count: Int
    public let body: Sequential

    public init(_ count: Int, @LayerBuilder _ layers: () -> [any Layer]) {
        self.count = count
        body = Sequential(layers)
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        guard count > 0 else { throw .layer(name: builder.nextName("repeat"), reason: "\(count) times is not at all") }
        var value = input
        try builder.repeating(count) { builder throws(NetworkError) in value = try body.apply(to: value, in: &builder) }
        return value
    }
}

/// Hands its input on: the direct way round a branch.
public struct Identity: Layer {
    public init() {}

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID { input }
}
