/// Which class of a network each class of a data set is: by name, since numbers of other data mean other things.
struct ClassMatch: Sendable, Hashable {
    /// The network's class by the data set's label; nil where the network has none of that name.
    private let classes: [Int?]
    /// What whoever reads the predictions should know.
    let notices: [String]

    /// - Parameters:
    ///   - network: the names that belong to the weights; nil where these do not tell, so that those of the data are taken in their order.
    ///   - weights, source: what messages call the two.
    init(network: [String]?, weights: String, data: [String], source: String) {
        guard let network else {
            classes = Array(data.indices)
            notices =
                data.isEmpty
                ? [] : ["\(weights) does not tell what its classes are called: the names of \(source) are taken in their order"]
            return
        }
        let numbers = Dictionary(network.enumerated().map { ($1, $0) }) { first, _ in first }
        classes = data.map { numbers[$0] }
        let unknown = data.filter { numbers[$0] == nil }
        switch unknown.count {
        case 0: notices = []
        case data.count:
            notices = [
                "no class of \(source) (\(Self.list(data))) is one of \(weights) (\(Self.list(network))): nothing is scored"
            ]
        default:
            notices = [
                "\(weights) knows no class \(Self.list(unknown)): images of \(source) that have it are not scored"
            ]
        }
    }

    subscript(label: Int) -> Int? { label < classes.count ? classes[label] : nil }

    /// The first few of what may be many.
    private static func list(_ names: [String]) -> String {
        let most = 5
        return names.prefix(most).joined(separator: ", ") + (names.count > most ? " and \(names.count - most) more" : "")
    }
}
