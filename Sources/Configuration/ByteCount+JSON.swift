public import JSONText
public import Topology

extension ByteCount: JSONRepresentable {
    public var json: JSONValue { .text(description) }
}
