/// How the checkpoint of a step is called: `step-00001200.safetensors`.
enum CheckpointName {
    private static let prefix = "step-"
    private static let suffix = ".safetensors"

    static func name(step: Int) -> String {
        let digits = "\(step)"
        return prefix + String(repeating: "0", count: max(0, 8 - digits.count)) + digits + suffix
    }

    /// The step of a name that `name(step:)` gives; nil for any other.
    static func step(of name: String) -> Int? {
        guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
        let step = Int(name.dropFirst(prefix.count).dropLast(suffix.count))
        return step.flatMap { $0 >= 0 && Self.name(step: $0) == name ? $0 : nil }
    }

    /// What the file of a step is called when it is set aside: a name that is not among `taken`.
    static func setAside(step: Int, besides taken: Set<String>) -> String {
        let name = name(step: step) + ".set-aside"
        var number = 1
        while taken.contains(number == 1 ? name : "\(name)-\(number)") { number += 1 }
        return number == 1 ? name : "\(name)-\(number)"
    }

    /// Whether `name` is that of a checkpoint that has not been finished.
    static func isTemporary(_ name: String) -> Bool {
        name.hasSuffix(TemporaryName.suffix) && step(of: String(name.dropLast(TemporaryName.suffix.count))) != nil
    }
}
