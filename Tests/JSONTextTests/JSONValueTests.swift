import Foundation
import JSONText
import Testing

@Suite struct JSONValueTests {
    @Test func textSurvivesAnotherParser() throws {
        let text = "a \"quoted\" \\ line\nand\ttab \u{1} é 🙂"
        let parsed = try JSONSerialization.jsonObject(with: Data("[\(JSONValue.text(text))]".utf8)) as? [String]
        #expect(parsed == [text])
    }

    @Test func numbersWithoutAFormInJSONAreNamed() {
        #expect(JSONValue.number(.nan).description == #""NaN""#)
        #expect(JSONValue.number(-.nan).description == #""NaN""#)
        #expect(JSONValue.number(.infinity).description == #""Infinity""#)
        #expect(JSONValue.number(-.infinity).description == #""-Infinity""#)
        #expect(
            JSONValue.array([.integer(-3), .natural(.max), .number(0.5), .boolean(true), .null]).description
                == "[-3,18446744073709551615,0.5,true,null]")
    }
}
