import Tensors

extension NetworkSummary: CustomStringConvertible {
    public var description: String { table() }

    /// The summary as a table of at most 100 columns, units in its head, totals at its foot. Output shapes are those of one
    /// example; work and memory are the whole batch's.
    ///
    /// - Parameter placement: what to say of a layer's placement; the table has no such column without it.
    public func table(placement: ((_ layer: String) -> String)? = nil) -> String {
        let work = Quantity.work(largest: hasGradient ? stepOperations : forwardOperations)
        let memory = Quantity.memory(largest: activationBytes)
        var table = TextTable(
            columns: [
                TextTable.Column("layer"), TextTable.Column("operation", wraps: true), TextTable.Column("output"),
                TextTable.Column("parameters", alignment: .right),
                TextTable.Column("forward", unit: work.name, alignment: .right),
            ])
        if hasGradient { table.columns.append(TextTable.Column("+ gradient", unit: work.name, alignment: .right)) }
        table.columns.append(TextTable.Column("memory", unit: memory.name, alignment: .right))
        if placement != nil { table.columns.append(TextTable.Column("placement")) }

        func numbers(parameters: Int, forward: Int, step: Int, bytes: Int) -> [String] {
            [parameters == 0 ? "" : Quantity.grouped(parameters), work.format(forward)] + (hasGradient ? [work.format(step)] : [])
                + [memory.format(bytes)]
        }
        for row in rows {
            let example = Shape(Array(row.output.dimensions.dropFirst()))
            let sizes = numbers(
                parameters: row.parameterCount, forward: row.forwardOperations,
                step: row.forwardOperations + row.gradientOperations, bytes: row.activationBytes)
            table.rows.append([row.layer, row.operations, "\(example)"] + sizes + (placement.map { [$0(row.layer)] } ?? []))
        }
        let totals = numbers(parameters: parameterCount, forward: forwardOperations, step: stepOperations, bytes: activationBytes)
        table.footer = ["total", "batch of \(Quantity.grouped(batchSize))", ""] + totals + (placement == nil ? [] : [""])
        return table.rendered(width: 100)
    }
}
