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
    /// Throws `TrainingError`: the file is missing, is not YAML, or has a key that no setting has (the nearest is named).
    public init(path: String) throws(TrainingError) {
        guard let file = fopen(path, "r") else {
            throw .missingFile(
                path: path, remedy: "cannot be read (\(String(cString: strerror(errno)))): give --config the path of a YAML file")
        }
        defer { fclose(file) }
        var bytes = [UInt8]()
        var piece = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
        guard ferror(file) == 0 else {
            throw .missingFile(path: path, remedy: "cannot be read: give --config the path of a YAML file")
        }
        try self.init(path: path, text: String(decoding: bytes, as: UTF8.self))
    }

    /// Reads `text`, which came from `path`.
    public init(path: String, text: String) throws(TrainingError) {
        self.path = path
        given = try Self.settings(of: text, path: path)
        try TrainingConfiguration.refuseTwoDurations(given.map(\.name), place: "\(path): ")
    }

    /// Takes the file's settings over into `configuration`. Throws `TrainingError.setting` where a value is not possible.
    public func apply(to configuration: inout TrainingConfiguration) throws(TrainingError) {
        try configuration.apply(given)
    }

    private static func settings(of text: String, path: String) throws(TrainingError) -> [GivenSetting] {
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
                    nearest: nearestName(to: name, among: TrainingConfiguration.settingNames))
            }
            let place = "\(path), line \(line): \(name):"
            guard let text = Self.text(of: value) else {
                throw .setting(place: place, value: "a nested value", expectation: setting.expectation)
            }
            found.append(GivenSetting(name: name, value: text, place: place))
        }
        return found
    }

    /// A scalar as it is written; a sequence of scalars as a list with commas.
    private static func text(of node: Yams.Node) -> String? {
        if let scalar = node.scalar { return scalar.string }
        guard let sequence = node.sequence else { return nil }
        let items = sequence.compactMap { $0.scalar?.string }
        return items.count == sequence.count ? items.joined(separator: ",") : nil
    }

    private static func compose(_ text: String, path: String) throws(TrainingError) -> Yams.Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _)
        {
            throw .malformedFile(
                place: "\(path), line \(mark.line)", problem: "this is no YAML (\(problem)); write lines like batch-size: 64")
        } catch {
            throw .malformedFile(place: path, problem: "this is no YAML (\(error)); write lines like batch-size: 64")
        }
    }
}
