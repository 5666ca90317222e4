public import JSONText
import Planning
import Topology

extension RunMemoryPlan {
    /// One JSON object; bytes throughout.
    public func json(_ refusal: MemoryRefusal?) -> JSONValue {
        let devices = devices.enumerated().map { number, device in
            Self.object(
                [("device", number.json)] + device.kinds.map { ($0.name, $0.bytes.json) } + [("total", device.total.json)])
        }
        return .members([
            "event": "memory_plan", "devices": devices,
            "program": Self.object(host.kinds.map { ($0.name, $0.bytes.json) }), "total": total,
            "available": budget.tightest?.available, "limit": budget.tightest.map { "\($0.source)" },
            "device_limit": deviceLimit, "fits": fits, "refusal": refusal.map { "\($0)" },
            "remedies": refusal?.remedies ?? [],
        ])
    }

    private static func object(_ members: [(String, JSONValue)]) -> JSONValue {
        .object(members.map { JSONValue.Member(name: $0.0, value: $0.1) })
    }
}
