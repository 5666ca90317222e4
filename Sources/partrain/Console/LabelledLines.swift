import TextLayout

/// Lines with a name before each, all texts beginning in one column; a text that is too long goes on below itself.
///
///     network     lenet5, 10 classes
///     training    1 epoch, 6 steps of 32 images ·
///                 learning rate 0.05
enum LabelledLines {
    /// Of the names.
    static let indent = 12

    /// - Parameter width: columns that a line may have, or nil.
    static func text(_ rows: [(name: String, text: String)], width: Int?) -> String {
        rows.flatMap { row in
            let line = (row.name.padded(to: indent) + row.text).printable
            return width.map { line.folded(to: $0, hanging: indent) } ?? [line]
        }.joined(separator: "\n")
    }
}
