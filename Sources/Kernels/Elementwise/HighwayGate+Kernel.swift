package import KernelChoices
package import Networks

extension HighwayGate: ComputableOperation, KernelImplementation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        request.elementwiseLoop(reuse: [0]) { count in
            { memory in
                let (t, h, x, y) = (memory.input(0), memory.input(1), memory.input(2), memory.output(0))
                return { _ in
                    forEachLanes(of: count) { start, width in
                        let (gate, way) = (t.lanes(start, width), x.lanes(start, width))
                        y.setLanes(start, width, to: gate * h.lanes(start, width) + (1 - gate) * way)
                    }
                }
            }
        }
    }
}

extension HighwayGateGradient: ComputableOperation, KernelImplementation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        request.elementwiseLoop(reuse: [0, nil, nil]) { count in
            { memory in
                let (dy, t, h, x) = (memory.input(0), memory.input(1), memory.input(2), memory.input(3))
                let (dt, dh, dx) = (memory.output(0), memory.output(1), memory.output(2))
                return { _ in
                    forEachLanes(of: count) { start, width in
                        let (gradient, gate) = (dy.lanes(start, width), t.lanes(start, width))
                        dt.setLanes(start, width, to: gradient * (h.lanes(start, width) - x.lanes(start, width)))
                        dh.setLanes(start, width, to: gradient * gate)
                        dx.setLanes(start, width, to: gradient * (1 - gate))
                    }
                }
            }
        }
    }
}
