package import Networks

extension Addition: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        var sum = inputs[0]
        for input in inputs.dropFirst() {
            for i in sum.values.indices { sum.values[i] += input.values[i] }
        }
        return [sum]
    }
}
