import KernelChoices
import Layouts
import Networks
import Parallelism
import Planning

/// Puts a check around each exchange of one worker's training step as its plan is bound.
struct ExchangeInspector {
    private let placed: PlacedGraph
    private let worker: Int
    private let inspection: ExchangeInspection
    private let scratch = InspectionScratch()

    /// Nil where nobody watches: outside of training, and where there is no inspection.
    init?(_ inspection: ExchangeInspection?, _ placed: PlacedGraph, worker: Int, purpose: PlanPurpose) {
        guard let inspection, purpose == .training else { return nil }
        self.placed = placed
        self.worker = worker
        self.inspection = inspection
    }

    /// - Parameters:
    ///   - nodes: of which terms of a sum each of `sources` is the sum; nil where each is a term.
    ///   - isExchange: whether other workers made some of them.
    func inspected(
        _ kernel: any Kernel, _ kind: CollectiveKind, of output: PlacedID, item: Int, result: ExchangeResult,
        sources: [ExchangeKernel.Source], nodes: [Range<Int>]? = nil, isExchange: Bool = true
    ) -> any Kernel {
        // Nothing moves in a slice.
        guard kind != .slice else { return kernel }
        let block = ExchangeBlock(ranges: zip(result.origin, result.layout.dims).map { $0..<$0 + $1 })
        let check = CollectiveCheck(reduces: kind.reduces, block: block, result: result, sources: sources, nodes: nodes)
        return inspected(
            kernel, check, item, kind: kind.rawValue, tensor: placed[output].name, layer: placed.layer(of: output),
            isExchange: isExchange)
    }

    /// - Parameters:
    ///   - elements: the elements of the parameter's memory that the worker updates.
    ///   - slice: those elements in memory.
    ///   - terms: of which of the gradient's terms each of `gradients` is the sum.
    ///   - isExchange: whether other workers made some of them.
    func inspected(
        _ kernel: any Kernel, updateOf parameter: Int, item: Int, layout: Layout, elements: Range<Int>, slice: UpdatedSlice,
        gradients: [UnsafePointer<Float>], terms: [Range<Int>], isExchange: Bool
    ) -> any Kernel {
        let check = UpdateCheck(
            result: result(parameter, layout, elements, at: slice.weights), gradients: gradients, terms: terms,
            slice: slice,
            scratch: scratch)
        return inspected(kernel, check, item, kind: "update", parameter, isExchange: isExchange)
    }

    func inspected(
        _ kernel: any Kernel, gatherOf parameter: Int, item: Int, layout: Layout,
        parts: [(slice: Range<Int>, part: ParameterGatherKernel.Part)]
    ) -> any Kernel {
        let check = GatherCheck(
            results: parts.map { result(parameter, layout, $0.slice, at: $0.part.destination) }, sources: parts.map(\.part.source)
        )
        return inspected(kernel, check, item, kind: CollectiveKind.allGather.rawValue, parameter)
    }

    private func result(
        _ parameter: Int, _ layout: Layout, _ slice: Range<Int>, at address: UnsafeMutablePointer<Float>
    ) -> ExchangeResult {
        ExchangeResult(
            address: address, count: slice.count, layout: layout, offset: slice.lowerBound,
            origin: placed.ranges(of: placed.parameters[parameter], worker: worker).map(\.lowerBound))
    }

    private func inspected(
        _ kernel: any Kernel, _ check: any ExchangeCheck, _ item: Int, kind: String, _ parameter: Int, isExchange: Bool = true
    ) -> any Kernel {
        inspected(
            kernel, check, item, kind: kind, tensor: placed.graph.parameters[parameter].name,
            layer: placed.layer(of: placed.parameters[parameter]), isExchange: isExchange)
    }

    private func inspected(
        _ kernel: any Kernel, _ check: any ExchangeCheck, _ item: Int, kind: String, tensor: String, layer: String,
        isExchange: Bool = true
    ) -> any Kernel {
        // A slice of a small parameter may be nothing but padding.
        guard check.results.contains(where: \.holdsElements) else { return kernel }
        let site = ExchangeSite(
            worker: worker, device: placed.mesh.device(of: worker), lane: placed.mesh.lane(of: worker), item: item, kind: kind,
            tensor: tensor, layer: layer, isExchange: isExchange)
        inspection.enter(site)
        return InspectedExchange(kernel, check: check, site: site, inspection: inspection)
    }
}
