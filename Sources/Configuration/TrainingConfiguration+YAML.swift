import JSONText

extension TrainingConfiguration {
    /// The settings as YAML, a setting a line: what `ConfigurationFile` reads. Settings without a value are left out, and those
    /// that belong to one call: which run, and whether it goes on.
    public var yaml: String {
        Setting.all.filter { $0.role != .call }.compactMap { setting in
            setting.form.write(self).map { "\(setting.name): \(Self.yaml($0))\n" }
        }.joined()
    }

    /// Words stand as they are; everything else is the same in JSON.
    private static func yaml(_ value: JSONValue) -> String {
        guard case .text(let text) = value, text.first?.isLetter == true,
            text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }),
            text.lowercased() != "null"
        else { return value.description }
        return text
    }
}
