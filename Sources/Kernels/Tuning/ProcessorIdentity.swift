/// Which processor this is, from what the system says of it.
package enum ProcessorIdentity {
    /// From `/proc/cpuinfo`, and from the main identification register where the system shows that.
    ///
    /// An x86 processor has a name; some machines hide half of it, so its family, model and stepping are added. An Arm processor has
    /// numbers: of all kinds of cores that there are.
    package static func name(cpuinfo: String, registers: String? = nil) -> String {
        let processors = cpuinfo.split(separator: "\n\n").map(fields)
        func first(_ name: String) -> String? { processors.lazy.compactMap { $0[name] }.first }
        func numbers(_ names: [(key: String, word: String)], of fields: [String: String]) -> String {
            names.compactMap { name in fields[name.key].map { "\(name.word) \($0)" } }.joined(separator: " ")
        }
        let arm = [
            ("CPU implementer", "implementer"), ("CPU part", "part"), ("CPU variant", "variant"), ("CPU revision", "revision"),
        ]
        let kinds = processors.map { numbers(arm, of: $0) }.filter { !$0.isEmpty }
        if !kinds.isEmpty { return Set(kinds).sorted().joined(separator: " + ") }
        if let name = first("model name") ?? first("cpu model") ?? first("uarch") ?? first("cpu") {
            let words = name.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
            let rest = processors.first.map {
                numbers([("cpu family", "family"), ("model", "model"), ("stepping", "stepping")], of: $0)
            }
            return [words, rest ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
        }
        let register = registers.map { String($0.filter { !$0.isWhitespace }) } ?? ""
        return register.isEmpty ? "unknown processor" : "MIDR \(register)"
    }

    /// Where the library does not say which instructions it uses: those of the processor's that it has kernels for.
    package static func libraryInstructions(named name: String, cpuinfo: String) -> String {
        guard name.isEmpty else { return name }
        let features = cpuinfo.split(separator: "\n").lazy.map(field).first { $0?.name == "Features" }??.value ?? ""
        let known = ["asimd", "sve", "sve2", "bf16", "svebf16", "i8mm"]
        let found = features.split(separator: " ").map(String.init).filter(known.contains)
        return found.isEmpty ? "unknown" : found.joined(separator: "+")
    }

    private static func fields(_ text: Substring) -> [String: String] {
        Dictionary(text.split(separator: "\n").compactMap(field).map { ($0.name, $0.value) }) { first, _ in first }
    }

    private static func field(_ line: Substring) -> (name: String, value: String)? {
        guard let colon = line.firstIndex(of: ":") else { return nil }
        func trimmed(_ text: Substring) -> String {
            String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        }
        return (trimmed(line[..<colon]), trimmed(line[line.index(after: colon)...]))
    }
}
