import Foundation
import Testing
import Training

@Suite struct JSONValueTests {
    @Test func textSurvivesAnotherParser() throws {
        let text = "a \"quoted\" \\ line\nand\ttab \u{1} é 🙂"
        let parsed = try JSONSerialization.jsonObject(with: Data("[\(JSONValue.text(text))]".utf8)) as? [String]
        #expect(parsed == [text])
    }

    @Test func numbersWithoutAFormInJSONAreNull() {
        #expect(JSONValue.number(.nan).description == "null")
        #expect(JSONValue.number(.infinity).description == "null")
        #expect(
            JSONValue.array([.integer(-3), .natural(.max), .number(0.5), .boolean(true), .null]).description
                == "[-3,18446744073709551615,0.5,true,null]")
    }
}
