/// How hard the classes of a synthetic set are to see.
public enum SyntheticDifficulty: String, Sendable, Hashable, Codable, CaseIterable {
    case easy
    case normal
    case hard

    /// Multiplies the number of distracting pieces, the texture and the noise.
    var clutter: Float {
        switch self {
        case .easy: 0.3
        case .normal: 1
        case .hard: 1.5
        }
    }

    /// The probability that a strip hides a part of the object.
    var occlusion: Float {
        switch self {
        case .easy: 0
        case .normal: 0.25
        case .hard: 0.6
        }
    }

    /// The least distance, in RGB from 0 to 1, between object and background.
    var contrast: Float {
        switch self {
        case .easy: 0.8
        case .normal: 0.55
        case .hard: 0.35
        }
    }

    /// The smallest radius of a single object, as a share of the image.
    var smallest: Float {
        switch self {
        case .easy: 0.34
        case .normal: 0.3
        case .hard: 0.2
        }
    }

    /// How often an outline wears the pattern that is its habit, where the pattern does not tell the class: a hint to begin
    /// learning from, as colours and textures are in photos, and not to be relied on.
    var habit: Float {
        switch self {
        case .easy: 0.8
        case .normal: 0.6
        case .hard: 0
        }
    }

    /// How far an object may be turned from upright, in radians either way.
    var turn: Float {
        switch self {
        case .easy: 0.2
        case .normal: 0.45
        case .hard: .pi
        }
    }

    /// How much light the objects have over what is behind them: 0 none, any colour on any; 1 all, white on black. With none,
    /// a network must first learn that an outline is the same in light on dark as in dark on light.
    var spotlight: Float {
        switch self {
        case .easy: 0.5
        case .normal: 0.3
        case .hard: 0
        }
    }
}
