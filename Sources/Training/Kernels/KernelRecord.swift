import KernelChoices

/// A table of kernels as text: a line for each, the variant's name, a tab, and what it computes.
enum KernelRecord {
    static func text(_ table: KernelTable) -> String {
        table.entries.sorted { $0.key < $1.key }.map { "\($0.value)\t\($0.key)\n" }.joined()
    }

    /// Variants have today's names. Lines that are none of ours are passed over: what is not known is measured again.
    static func table(_ text: String) -> KernelTable {
        var table = KernelTable()
        for line in text.split(separator: "\n") {
            guard let tab = line.firstIndex(of: "\t") else { continue }
            let name = String(line[..<tab])
            table.entries[String(line[line.index(after: tab)...])] = KernelVariant.earlierNames[name]?.rawValue ?? name
        }
        return table
    }
}
