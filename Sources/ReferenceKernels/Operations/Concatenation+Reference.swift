package import Networks
import Tensors

extension Concatenation: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let output = inputs[0].shape.replacing(axis: axis, with: inputs.reduce(0) { $0 + $1.shape[axis] })
        var values = [Double]()
        values.reserveCapacity(output.elementCount)
        for outer in 0..<output.dimensions[..<axis].reduce(1, *) {
            for input in inputs {
                let run = input.shape.dimensions[axis...].reduce(1, *)
                values += input.values[outer * run..<(outer + 1) * run]
            }
        }
        return [ReferenceTensor(output, values)]
    }
}

extension Slice: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let x = inputs[0]
        let inner = x.shape.dimensions[(axis + 1)...].reduce(1, *)
        var values = [Double]()
        for outer in 0..<x.shape.dimensions[..<axis].reduce(1, *) {
            let start = outer * x.shape[axis] * inner
            values += x.values[start + range.lowerBound * inner..<start + range.upperBound * inner]
        }
        return [ReferenceTensor(x.shape.replacing(axis: axis, with: range.count), values)]
    }
}
