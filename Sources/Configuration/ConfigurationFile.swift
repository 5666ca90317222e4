import Datasets
import Glibc
import Yams

/// A file of settings in YAML: `batch-size: 128`, a setting a line.
public struct ConfigurationFile: Sendable {
    public let path: String
    /// The settings it has, in its order.
    public let given: [GivenSetting]

    /// Reads the file at `path`.
    ///
    /// Throws `ConfigurationError`: the file is missing, is not YAML, or has a key that no setting has (the nearest is named).
    public init(path: String) throws(ConfigurationError) {
        guard let file = fopen(path, "r") else {
            throw .missingFile(
                path: path, remedy: "cannot be read (\(String(cString: strerror(errno)))): give --config the path of a YAML file")
        }
        defer { fclose(file) }
        // One byte more than there may be tells a file that is too long from one that just fits.
        var bytes = [UInt8](repeating: 0, count: ConfigurationText.byteLimit + 1)
        let count = fread(&bytes, 1, bytes.count, file)
        guard ferror(file) == 0 else {
            throw .missingFile(path: path, remedy: "cannot be read: give --config the path of a YAML file")
        }
        try self.init(path: path, bytes: bytes[..<count])
    }

    /// Reads `text`, which came from `path`.
    public init(path: String, text: String) throws(ConfigurationError) {
        try self.init(path: path, bytes: Array(text.utf8))
    }

    /// Reads `bytes`, which came from `path`.
    package init(path: String, bytes: some RandomAccessCollection<UInt8>) throws(ConfigurationError) {
        self.path = path
        given = try Self.settings(of: ConfigurationText.checked(bytes, path: path), path: path)
        let place = given.last { $0.name == "epochs" || $0.name == "steps" }.map { "\($0.place) " } ?? ""
        try TrainingConfiguration.refuseTwoDurations(given.map(\.name), place: place)
    }

    /// Takes the file's settings over into `configuration`. Throws `ConfigurationError.setting` where a value is not possible.
    public func apply(to configuration: inout TrainingConfiguration) throws(ConfigurationError) {
        try configuration.apply(given)
    }

    private static func settings(of text: String, path: String) throws(ConfigurationError) -> [GivenSetting] {
        guard let root = try compose(text, path: path) else { return [] }
        guard let mapping = root.mapping else {
            throw .malformedFile(
                place: "\(path), line \(root.mark?.line ?? 1)",
                problem: "this is no list of settings; write lines like batch-size: 64")
        }
        var found: [GivenSetting] = []
        for (key, value) in mapping {
            let line = key.mark?.line ?? value.mark?.line ?? 1
            let name = key.scalar?.string ?? "of several values"
            guard let setting = Setting.named(name) else {
                throw .unknownKey(
                    name, place: "\(path), line \(line)",
                    nearest: nearestName(to: ConfigurationText.kebabCase(name), among: TrainingConfiguration.settingNames))
            }
            let place = "\(path), line \(line): \(name):"
            guard !isNothing(value) else {
                throw .setting(place: place, value: "", expectation: "\(setting.form.expectation), or leave the line out")
            }
            guard let text = Self.text(of: value) else {
                throw .setting(place: place, value: "a nested value", expectation: setting.form.expectation)
            }
            guard setting.form.kind == .list || value.sequence == nil else {
                throw .setting(place: place, value: "a list (\(text))", expectation: setting.form.expectation)
            }
            guard !found.contains(where: { $0.name == setting.name }) else {
                throw .malformedFile(
                    place: "\(path), line \(line)",
                    problem: "\(name) and \(setting.name) are one setting; leave one of the lines out")
            }
            found.append(GivenSetting(name: setting.name, value: text, place: place))
        }
        return found
    }

    /// Whether a value is none: left out, or one of YAML's words for that, without quotation marks.
    private static func isNothing(_ node: Yams.Node) -> Bool {
        guard let scalar = node.scalar, scalar.style == .plain || scalar.style == .any else { return false }
        return scalar.string.isEmpty || scalar.string == "~" || scalar.string.lowercased() == "null"
    }

    /// A scalar as it is written, without the line break that ends a block; a sequence of scalars as a list with commas.
    private static func text(of node: Yams.Node) -> String? {
        if let scalar = node.scalar {
            return String(scalar.string.reversed().drop(while: \.isNewline).reversed())
        }
        guard let sequence = node.sequence else { return nil }
        let items = sequence.compactMap { $0.scalar?.string }
        return items.count == sequence.count ? items.joined(separator: ",") : nil
    }

    private static func compose(_ text: String, path: String) throws(ConfigurationError) -> Yams.Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _)
        {
            throw .malformedFile(
                place: "\(path), line \(mark.line)",
                problem: "this is no YAML (\(problem)); \(ConfigurationText.remedy(in: text, line: mark.line))")
        } catch YamlError.reader(let problem, let offset, _, _) {
            throw .malformedFile(
                place: path + (offset.map { ", byte \($0)" } ?? ""),
                problem: "this is no YAML (\(problem)); write lines like batch-size: 64")
        } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
            let key = keys.first.map { "\($0)" } ?? "a key"
            throw .malformedFile(
                place: "\(path), line \(ConfigurationText.secondLine(of: key, in: text) ?? context.mark.line)",
                problem: "\(key) stands there more than once; leave one of them")
        } catch {
            throw .malformedFile(place: path, problem: "this is no YAML (\(error)); write lines like batch-size: 64")
        }
    }
}
