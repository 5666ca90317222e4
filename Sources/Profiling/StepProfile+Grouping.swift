extension StepProfile {
    /// What becomes a row.
    public enum Grouping: String, Sendable, Hashable, CaseIterable {
        case operation, layer, kind
    }

    /// The rows put together, in the order in which their first items come.
    public func rows(by grouping: Grouping) -> [Row] {
        switch grouping {
        case .operation: rows
        case .layer: grouped { $0.layer.isEmpty ? $0.part.rawValue : $0.layer }
        case .kind: StepPart.allCases.compactMap(sum)
        }
    }

    /// All rows of a kind as one; nil where there are none.
    public func sum(of part: StepPart) -> Row? {
        Row.sum(of: rows.filter { $0.part == part }, layer: "", title: part.rawValue)
    }

    /// The rows of each layer, then those without.
    public var layers: [(name: String, rows: [Row])] {
        var order: [String] = []
        var members: [String: [Row]] = [:]
        for row in rows where !row.layer.isEmpty {
            if members[row.layer] == nil { order.append(row.layer) }
            members[row.layer, default: []].append(row)
        }
        return order.map { ($0, members[$0] ?? []) }
    }

    private func grouped(by key: (Row) -> String) -> [Row] {
        var order: [String] = []
        var members: [String: [Row]] = [:]
        for row in rows {
            if members[key(row)] == nil { order.append(key(row)) }
            members[key(row), default: []].append(row)
        }
        return order.compactMap { name in Row.sum(of: members[name] ?? [], layer: members[name]?.first?.layer ?? "", title: name)
        }
    }
}

extension StepProfile.Row {
    /// What several rows are together; nil for none.
    public static func sum(of rows: [Self], layer: String, title: String) -> Self? {
        guard let first = rows.first else { return nil }
        var sum = StepProfile.Row(first.part, layer: layer, title: title)
        sum.precision = first.precision
        sum.origin = rows.allSatisfy { $0.origin == first.origin } ? first.origin : nil
        for row in rows {
            sum.count += row.count
            sum.seconds += row.seconds
            sum.floatingPointOperations += row.floatingPointOperations
            sum.bytes += row.bytes
            sum.bytesThatMustMove += row.bytesThatMustMove
            sum.bytesReceived += row.bytesReceived
            sum.leastSeconds += row.leastSeconds
            if let alone = row.secondsAlone { sum.secondsAlone = (sum.secondsAlone ?? 0) + alone }
        }
        return sum
    }
}
