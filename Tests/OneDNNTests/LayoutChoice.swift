import Layouts

/// What a test asks a primitive to work in.
enum LayoutChoice: CaseIterable {
    case any, plain, channelsLast

    func activations(_ dims: [Int]) -> Layout {
        switch self {
        case .any: .any(dims)
        case .plain: .plain(dims)
        case .channelsLast: .channelsLast(dims)
        }
    }

    func weights(_ dims: [Int]) -> Layout { self == .any ? .any(dims) : .plain(dims) }
}
