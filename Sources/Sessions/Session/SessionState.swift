import Devices
import KernelChoices
import Locks
import Networks
import Parallelism
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
        /// Exchanges the parameters that learn for one of their optimizer's slots.
        case exchangeWeights(slot: Int)
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
    /// What the graphs compute for the host.
    let outputs: [PlanPurpose: [GraphOutput]]
    /// Where all workers wait for each other outside of steps.
    let barrier: StepBarrier
    /// How they read what others have computed, and wait for each other, within a step.
    let transport: any Transport
    /// Where the workers wait for the host, and the host for them: at the beginning and the end of each command.
    let gate: StepBarrier
    let command = Guarded(Command.end)
    let layouts = Guarded(SharedLayouts())
    let failures = FailureBoard()
    /// Whether the workers have been told to end.
    let isEnded = Guarded(false)
    let parameterMemory = ParameterMemory()
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

    init(_ graphs: SessionGraphs, transport: any Transport, inspection: ExchangeInspection?) {
        let workers = graphs.training.mesh.workerCount
        batchSize = graphs.training.graph.batchSize
        classCount = graphs.inference.graph.classCount
        outputs = graphs.byPurpose.mapValues(\.graph.outputs)
        self.inspection = inspection
        barrier = StepBarrier(participants: workers)
        self.transport = transport
        gate = StepBarrier(participants: workers + 1)
        progress = StepProgress(workers: workers)
        board = ResultBoard(batchSize: batchSize, outputs: outputs.values.map(\.count).max() ?? 0, workers: workers)
        memory = Guarded(Array(repeating: WorkerMemoryReport(), count: workers))
        mappedBytes = Guarded(Array(repeating: 0, count: workers))
        staging = Guarded(Array(repeating: .none, count: workers))
    }

    /// The first `count` examples' results; sums in the order of the examples, whoever computed them.
    func result(of purpose: PlanPurpose, count: Int) -> StepResult {
        var loss = 0.0
        var losses: [String: Double] = [:]
        var (top1, top5) = (0, 0)
        for (output, values) in zip(outputs[purpose] ?? [], board.outputs) {
            switch output.role {
            case .loss(let weight):
                let mean = count > 0 ? values.prefix(count).reduce(0) { $0 + Double($1) } / Double(count) : 0
                losses[output.name] = mean
                loss += Double(weight) * mean
            case .metric where output.name == "rank":
                top1 = values.prefix(count).count { $0 < 1 }
                top5 = values.prefix(count).count { $0 < 5 }
            case .metric, .scores: continue
            }
        }
        return StepResult(
            count: count, loss: loss, losses: losses, top1: top1, top5: StepResult.hasTop5(ofClasses: classCount) ? top5 : nil)
    }
}
