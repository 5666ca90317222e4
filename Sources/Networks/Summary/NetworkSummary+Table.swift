import Graphs
import Tensors
import TextLayout

extension NetworkSummary: CustomStringConvertible {
    public var description: String { table() }

    /// The summary as a table, units in its head, totals at its foot. Output shapes are those of one example; work and memory are
    /// the whole batch's.
    ///
    /// - Parameters:
    ///   - width: columns that a line may have. Operations are folded; then memory, `+ gradient`, forward and output are left out, in this order,
    ///     and named below. Nil: all is shown in lines as long as they come.
    ///   - placement: what to say of a layer's placement; the table has no such column without it.
    public func table(width: Int? = 100, placement: ((_ layer: String) -> String)? = nil) -> String {
        let work = Quantity.work(largest: hasGradient ? stepOperations : forwardOperations)
        let memory = Quantity.memory(largest: activationBytes)
        var table = TextTable(
            columns: [
                TextTable.Column("layer", fold: .cut(least: 8)), TextTable.Column("operation", fold: .wrapped(least: 16)),
                TextTable.Column("output", rank: 4), TextTable.Column("parameters", alignment: .right),
                TextTable.Column("forward", unit: work.name, alignment: .right, rank: 3),
            ])
        if hasGradient { table.columns.append(TextTable.Column("+ gradient", unit: work.name, alignment: .right, rank: 2)) }
        table.columns.append(TextTable.Column("memory", unit: memory.name, alignment: .right, rank: 1))
        if placement != nil { table.columns.append(TextTable.Column("placement", fold: .wrapped(least: 12))) }

        func numbers(parameters: Int, forward: Int, step: Int, bytes: Int) -> [String] {
            [parameters == 0 ? "" : Quantity.grouped(parameters), work.format(forward)] + (hasGradient ? [work.format(step)] : [])
                + [memory.format(bytes)]
        }
        for row in rows {
            let example = Shape(Array(row.output.dimensions.dropFirst()))
            let sizes = numbers(
                parameters: row.parameterCount, forward: row.forwardOperations,
                step: row.forwardOperations + row.gradientOperations, bytes: row.activationBytes)
            table.rows.append(
                .cells([row.layer, row.operations, "\(example)"] + sizes + (placement.map { [$0(row.layer)] } ?? [])))
        }
        let totals = numbers(parameters: parameterCount, forward: forwardOperations, step: stepOperations, bytes: activationBytes)
        table.footer = ["total", "batch of \(Quantity.grouped(batchSize))", ""] + totals + (placement == nil ? [] : [""])
        return table.rendered(width: width)
    }
}
