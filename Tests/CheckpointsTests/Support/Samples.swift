import Checkpoints
import Tensors

extension Checkpoint {
    /// A small checkpoint whose every number tells its step.
    static func sample(step: Int, score: Double? = nil) -> Checkpoint {
        func tensor(_ shape: Shape) -> HostTensor {
            HostTensor(shape, (0..<shape.elementCount).map { Float(step) + Float($0) / 64 })
        }
        return Checkpoint(
            step: step, score: score,
            tensors: [
                NamedTensor("conv1.weight", tensor([4, 3, 2, 2])), NamedTensor("conv1.bias", tensor([4])),
                NamedTensor("temperature", tensor([])), NamedTensor("nothing", tensor([0, 5])),
            ],
            metadata: ["seed": "7", "configuration": "model: \"lenet5\"\nshards: 8\n"])
    }
}
