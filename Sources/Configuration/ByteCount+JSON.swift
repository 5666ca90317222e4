public import JSONText
public import TextLayout

extension ByteCount: JSONRepresentable {
    public var json: JSONValue { .text(description) }
}
