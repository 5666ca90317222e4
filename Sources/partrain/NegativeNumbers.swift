/// Negative numbers behind options: `--seed -1`. The parser would take the number for an option of its own, and say that the value of
/// `--seed` is missing.
enum NegativeNumbers {
    /// The arguments with a negative number joined to the option before it: `--seed=-1`.
    static func joined(_ arguments: [String]) -> [String] {
        var joined: [String] = []
        for (index, argument) in arguments.enumerated() {
            if argument == "--" { return joined + arguments[index...] }
            if let option = joined.last, option.hasPrefix("--"), !option.contains("="), isNegativeNumber(argument) {
                joined[joined.count - 1] = "\(option)=\(argument)"
            } else {
                joined.append(argument)
            }
        }
        return joined
    }

    private static func isNegativeNumber(_ text: String) -> Bool {
        text.hasPrefix("-") && (Double(text) != nil || text.dropFirst().first?.isNumber == true)
    }
}
