import Devices
import Kernels
import Locks
import Planning
import Tensors

/// What the host and the workers of a session share.
final class SessionState: Sendable {
    /// What the workers are to do next.
    enum Command: Sendable {
        case train(StepArguments, BatchAddress)
        /// Evaluates the first `count` examples of a batch.
        case evaluate(StepArguments, BatchAddress, count: Int)
        /// The same, and delivers the scores.
        case score(StepArguments, BatchAddress, count: Int)
        case setParameters([HostTensor])
        /// A parameter that lies whole at an address, in the idle arena of a worker or elsewhere.
        case setParameter(Int, InitialParameters.Destination, lentBy: Int?)
        case collectGradients
        case compareReplicas
        /// Of each slot of the update rule, one tensor for each parameter.
        case setOptimizerState([[HostTensor]])
        /// After a value that was not finite: what has been updated, then where that value came from, in a batch of `count` examples.
        case tellUpdates
        case search(PlanPurpose, StepArguments, BatchAddress, count: Int)
        /// Takes a step in which every kernel runs several times.
        case timeKernels(StepArguments, BatchAddress, repetitions: Int)
        case end

        /// The step that the workers take, if they take one: its number where it is trained, and by which plan.
        var step: (step: Int?, purpose: PlanPurpose)? {
            switch self {
            case .train(let step, _): (step.step, .training)
            case .evaluate, .score: (nil, .inference)
            default: nil
            }
        }
    }

    let batchSize: Int
    /// How many classes the network tells apart.
    let classCount: Int
    /// Where all workers wait for each other outside of steps.
    let barrier: StepBarrier
    /// How they wait for each other within a step.
    let signals: StepSignals
    /// Where the workers wait for the host, and the host for them: at the beginning and the end of each command.
    let gate: StepBarrier
    let command = Guarded(Command.end)
    let layouts = Guarded(SharedLayouts())
    let failures = FailureBoard()
    /// Whether the workers have been told to end.
    let isEnded = Guarded(false)
    let book = AddressBook()
    let board: ResultBoard
    let collected = Guarded<[HostTensor]>([])
    /// What every worker plans to take, and what it has then taken, bytes.
    let memory: Guarded<[WorkerMemoryReport]>
    let mappedBytes: Guarded<[Int]>
    /// Every worker's arena, for the time between two commands.
    let staging: Guarded<[StagingBuffer]>
    /// Whether the host has refused what the workers plan.
    let isRefused = Guarded(false)
    let planDescription = Guarded("")
    let profile = ProfileBoard()
    let decisions = Guarded<[KernelDecision]>([])
    /// Who watches the exchanges, if anybody does.
    let inspection: ExchangeInspection?
    /// How far the workers have come in a step.
    let progress: StepProgress
    /// What the workers' plans do to memory, until they have been held against each other.
    let traces = Guarded<[PlanPurpose: [MemoryTrace]]>([:])
    /// The memory of parameters and of the optimizer's state: it outlives loops that have ended with an error, since the host may still read
    /// what a stalled step has left whole.
    let kept = Guarded<[Arena]>([])
    /// Whether all lanes have returned from their loops.
    let areLoopsOver = Guarded(false)
    let replicas = Guarded<(differences: [ReplicaDifference], bytes: Int)>(([], 0))

    init(batchSize: Int, workers: Int, classCount: Int, inspection: ExchangeInspection?) {
        self.batchSize = batchSize
        self.classCount = classCount
        self.inspection = inspection
        barrier = StepBarrier(participants: workers)
        signals = StepSignals(workers: workers)
        gate = StepBarrier(participants: workers + 1)
        progress = StepProgress(workers: workers)
        board = ResultBoard(batchSize: batchSize, workers: workers)
        memory = Guarded(Array(repeating: WorkerMemoryReport(), count: workers))
        mappedBytes = Guarded(Array(repeating: 0, count: workers))
        staging = Guarded(Array(repeating: .none, count: workers))
    }

    /// The first `count` examples' results; sums in the order of the examples, whoever computed them.
    func result(count: Int) -> StepResult {
        var loss = 0.0
        var top1 = 0
        var top5 = 0
        for index in 0..<count {
            loss += Double(board.losses[index])
            if board.ranks[index] < 1 { top1 += 1 }
            if board.ranks[index] < 5 { top5 += 1 }
        }
        return StepResult(
            count: count, loss: count > 0 ? loss / Double(count) : 0, top1: top1,
            top5: StepResult.hasTop5(ofClasses: classCount) ? top5 : nil)
    }
}
