public import Configuration
public import KernelChoices
public import Rooflines

/// What a profile found: the machine's limits, and where the time of a step goes.
public struct Profile: Sendable {
    /// With every gap filled.
    public let configuration: TrainingConfiguration
    public let options: Profiler.Options
    public let classCount: Int
    /// Of one core, of as many as were used, and of all; ascending by cores, each number once.
    public let rooflines: [Roofline]
    public let step: StepProfile
    /// The kernels that were chosen where there were several.
    public let decisions: [KernelDecision]
    package let recording: StepRecording

    package init(
        configuration: TrainingConfiguration, options: Profiler.Options, classCount: Int, rooflines: [Roofline],
        step: StepProfile, decisions: [KernelDecision], recording: StepRecording
    ) {
        self.configuration = configuration
        self.options = options
        self.classCount = classCount
        self.rooflines = rooflines
        self.step = step
        self.decisions = decisions
        self.recording = recording
    }

    /// Nil where that was not asked for.
    public var kernelsAlone: KernelsAlone? { KernelsAlone(step) }

    /// Examples a second at the median step.
    public var imagesPerSecond: Double { Double(configuration.batchSize) / step.seconds }
}
